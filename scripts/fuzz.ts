// `npm run fuzz`: 20,000 malformed requests to the Worker. `npm run fuzz -- --seed 7 --requests 1000` for others.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './project.ts'

const option = { type: 'string' } as const
const { values } = parseArgs({ options: { seed: option, requests: option } })
const { seed = '1', requests = '20000' } = values
const vitest = path.join(root, 'node_modules/vitest/vitest.mjs')
console.log(`${requests} requests, seed ${seed}`)
const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/flows/fuzz.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, FUZZ_REQUESTS: requests, FUZZ_SEED: seed },
})
process.exit(status ?? 1)
