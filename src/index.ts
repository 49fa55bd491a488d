import { createApp, type Server } from './app.ts'
import { type Bindings, ConfigError, parseConfig } from './config.ts'
import { maintain } from './maintenance.ts'

/** One app for each set of bindings; an isolate has one. */
const apps = new WeakMap<Bindings, Server>()

const secondsNow = () => Math.floor(Date.now() / 1000)

function appFor(env: Bindings): Server {
  const known = apps.get(env)
  if (known !== undefined) return known
  const app = createApp(parseConfig(env), secondsNow)
  apps.set(env, app)
  return app
}

export default {
  fetch(request, env, ctx) {
    try {
      return appFor(env).fetch(request, env, ctx)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      console.error(JSON.stringify({ event: 'misconfigured', reason: error.message }))
      return new Response('Latchkey is not configured. The log says what is missing.\n', { status: 500 })
    }
  },
  async scheduled(_controller, env) {
    const post = { assets: env.ASSETS, email: env.EMAIL }
    await maintain(env.DB, parseConfig(env), secondsNow, env.AUDIT_ARCHIVE, undefined, post)
  },
} satisfies ExportedHandler<Bindings>
