// `npm run test:browser`, with the files after `--` or all of them. `node --test` alone passes when a pattern matches none.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { fail } from './failure.ts'
import { root } from './project.ts'

const asked = process.argv.slice(2)
const files = asked.length > 0 ? asked : globSync('test/e2e/*.test.ts', { cwd: root })
if (files.length === 0) fail('There is no browser test in test/e2e.')
// Each file has a server and a browser of its own, which wait for each other half of the time. The longest, all-pages, is the
// first in the alphabet, so that it does not run alone at the end.
const options = ['--test', '--test-concurrency=2']
const { status } = spawnSync(process.execPath, [...options, ...files], { cwd: root, stdio: 'inherit' })
process.exit(status ?? 1)
