// `npm run test:runtimes -w packages/protect`: the cases on Bun and Deno, which npm fetches only for this run. They take 200
// MB, so they are not dependencies. Node 20 and 24 and workerd are part of `npm test`.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'

const runtimes = [
  ['bun@1', 'bun', 'test/run.ts'],
  ['deno@2', 'deno', 'run', '-A', '--node-modules-dir=manual', 'test/run.ts'],
] as const
const cwd = path.join(import.meta.dirname, '..')
let failed = false

for (const [name, ...command] of runtimes) {
  console.log(name)
  const { status } = spawnSync('npm', ['exec', '--yes', `--package=${name}`, '--', ...command], {
    cwd,
    stdio: 'inherit',
  })
  failed ||= status !== 0
}
process.exit(failed ? 1 : 0)
