import { parseArgs } from 'node:util'
import { defaultPort } from './project.ts'

/** What matters here of the options of `wrangler dev`; it reads the others itself. */
export interface DevOptions {
  readonly port: number
  readonly protocol: string
  /** Where the local database is kept; undefined for `.wrangler/state`. */
  readonly persistTo: string | undefined
}

export function parseDevOptions(args: readonly string[]): DevOptions {
  const { values } = parseArgs({
    args: [...args],
    // The others are wrangler's: it says what is wrong with them.
    strict: false,
    options: {
      port: { type: 'string' },
      'local-protocol': { type: 'string' },
      'persist-to': { type: 'string' },
    },
  })
  const { port, 'local-protocol': protocol = 'http', 'persist-to': persistTo } = values
  return {
    port: port === undefined ? defaultPort() : Number(port),
    protocol: String(protocol),
    persistTo: typeof persistTo === 'string' ? persistTo : undefined,
  }
}
