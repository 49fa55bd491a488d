// The [build] command of wrangler.toml: makes `npx wrangler dev` alone enough for a first run. Wrangler runs it before it reads
// .dev.vars, again whenever a source file changes, and for a deploy, which does not need local state.

import { findDevServer, isFirstBuildOf } from './server/dev-server.ts'
import { parseDevOptions } from './server/options.ts'

if (process.env.WRANGLER_COMMAND === 'dev' && process.env.LATCHKEY_PREPARED === undefined) {
  const server = findDevServer()
  if (server !== undefined && isFirstBuildOf(server)) {
    const { prepareServer } = await import('./server/first-run.ts')
    const options = parseDevOptions(server.args)
    const describe = await prepareServer(options)
    console.log(describe(options.port))
  }
}
