// `npm run test:scripts`: files that start `wrangler dev` run one after the other, since two that start at once can want the same
// port. The others run beside them, because a start is mostly waiting.
import { spawn } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fail } from './failure.ts'
import { root } from './project.ts'

const files = globSync('test/scripts/*.test.ts', { cwd: root }).sort()
const starting = files.filter((file) =>
  readFileSync(path.join(root, file), 'utf8').includes("from './dev-project.ts'"),
)
const others = files.filter((file) => !starting.includes(file))
if (starting.length === 0 || others.length === 0) fail('Tests are missing in test/scripts.')

/** Runs them one after the other. What they print comes out whole, at the end. */
async function passes(lane: readonly string[]): Promise<boolean> {
  const options = ['--test', '--test-concurrency=1', '--test-reporter=spec']
  const run = spawn(process.execPath, [...options, ...lane], {
    cwd: root,
    stdio: ['inherit', 'pipe', 'inherit'],
  })
  const printed: Buffer[] = []
  run.stdout.on('data', (part: Buffer) => printed.push(part))
  const status = await new Promise((resolve) => run.on('close', resolve))
  process.stdout.write(Buffer.concat(printed))
  return status === 0
}

const passed = await Promise.all([passes(starting), passes(others)])
process.exitCode = passed.every(Boolean) ? 0 : 1
