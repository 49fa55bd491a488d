// `npm run screenshots`: pictures of every page, in screenshots/. With `-- --readme` those of README.md instead, in
// docs/images/.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { root } from './project.ts'

const isForReadme = process.argv.includes('--readme')
if (isForReadme) mkdirSync(path.join(root, 'docs/images'), { recursive: true })
const file = isForReadme ? 'test/e2e/showcase.ts' : 'test/e2e/screenshots.ts'
const { status } = spawnSync(process.execPath, ['--test', file], { cwd: root, stdio: 'inherit' })
process.exit(status ?? 1)
