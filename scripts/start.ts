// `npm start`: a local server, and where to find everything on it. What follows `--` is for `wrangler dev`.
import { setTimeout as sleep } from 'node:timers/promises'
import { parseDevOptions } from './dev-options.ts'
import { fail } from './failure.ts'
import { prepareServer } from './first-run.ts'
import { isPortFree } from './port.ts'
import { startWrangler } from './wrangler.ts'

const args = process.argv.slice(2)
const options = parseDevOptions(args)

if (process.env.npm_config_port !== undefined) fail('Options go after two dashes: npm start -- --port 8123')
if (!(await isPortFree(options.port))) {
  fail(
    `Port ${options.port} is in use. Stop what runs there, or choose another port: npm start -- --port 8123`,
  )
}
const describe = await prepareServer(options)
startWrangler(['dev', ...args], async (port) => {
  await firstAnswer(`${options.protocol}://localhost:${port}/`)
  // Wrangler logs that request a moment later: let it, and be the last on the screen.
  await sleep(100)
  console.log(describe(port))
})

/** Wrangler listens before the Worker is there. Not longer than 10 s: with a certificate of its own it answers us never. */
async function firstAnswer(url: string): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    try {
      await fetch(url, { redirect: 'manual' })
      return
    } catch {
      await sleep(500)
    }
  }
}
