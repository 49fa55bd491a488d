// `npm run scale`: the lists of administrators with a million users, applications and events: rows read and time of each page.
// `npm run scale -- --rows 200000` for fewer.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './project.ts'

const { values } = parseArgs({ options: { rows: { type: 'string' } } })
const vitest = path.join(root, 'node_modules/vitest/vitest.mjs')
const args = [vitest, 'run', 'test/flows/scale.test.ts', '--silent=false']
const { status } = spawnSync(process.execPath, args, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, SCALE_ROWS: values.rows ?? '1000000' },
})
process.exit(status ?? 1)
