// `npm start`: a local server, with links to everything on it. `npm start -- --help` lists its options.
import { watch } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fail } from './failure.ts'
import { root } from './project.ts'
import { prepareServer } from './server/first-run.ts'
import { asksForHelp, parseDevOptions, problemOf, usage } from './server/options.ts'
import { isPortFree } from './server/port.ts'
import { startWrangler } from './server/wrangler.ts'

const args = process.argv.slice(2)
if (asksForHelp(args)) {
  console.log(usage)
  process.exit(0)
}
const problem = problemOf(args)
if (problem !== undefined) fail(problem)
const options = parseDevOptions(args)

if (process.env.npm_config_port !== undefined) fail('Options go after two dashes: npm start -- --port 8123')
if (!(await isPortFree(options.port))) {
  fail(
    `Port ${options.port} is in use. Stop what runs there, or choose another port: npm start -- --port 8123`,
  )
}
const describe = await prepareServer(options)
startWrangler(['dev', ...options.forWrangler], options.isVerbose, async (port) => {
  await firstAnswer(`${options.protocol}://localhost:${port}/`)
  // Wrangler logs that request a moment later.
  await sleep(100)
  sayWhenSettingsChange()
  return describe(port)
})

/** Settings are read once: changes while it runs have no effect. Editors write a file more than once. */
function sayWhenSettingsChange(): void {
  let saying: NodeJS.Timeout | undefined
  watch(root, (_, file) => {
    if (file !== '.dev.vars') return
    clearTimeout(saying)
    saying = setTimeout(() => console.log('\n.dev.vars changed. Restart to use the new settings.\n'), 200)
  })
}

/** Wrangler listens before the Worker is ready. At most 10 s: with a self-signed certificate it never answers us. */
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
