// `npm run screenshots`: pictures of every page, in screenshots/.
import { spawnSync } from 'node:child_process'
import { root } from './project.ts'

const { status } = spawnSync(process.execPath, ['--test', 'test/e2e/screenshots.ts'], {
  cwd: root,
  stdio: 'inherit',
})
process.exit(status ?? 1)
