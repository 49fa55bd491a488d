import { parseArgs } from 'node:util'
import { defaultPort } from '../project.ts'

/** The options of `npm start` that are used here; wrangler reads the others itself. */
export interface DevOptions {
  readonly port: number
  readonly protocol: string
  /** The folder of the local database; undefined for `.wrangler/state`. */
  readonly persistTo: string | undefined
  /** Shows all output of wrangler. */
  readonly isVerbose: boolean
  /** The options of wrangler. */
  readonly forWrangler: readonly string[]
}

export const usage = `npm start -- [options]

  --port 8123              another port than 8000; 0 lets the system choose one
  --local-protocol https   with a certificate of its own, to try out what only https does
  --persist-to FOLDER      another local database than the one in .wrangler/state
  --verbose                all that wrangler says
  --help                   this

Other options are those of wrangler dev.`

/** The useful options of `wrangler dev`. It would silently accept any other one, even a mistyped one. */
const wranglerOptions = [
  'config',
  'env',
  'env-file',
  'ip',
  'inspector-ip',
  'inspector-port',
  'host',
  'https-key-path',
  'https-cert-path',
  'var',
  'define',
  'live-reload',
  'test-scheduled',
  'log-level',
  'minify',
]
const ownOptions = ['port', 'local-protocol', 'persist-to', 'verbose', 'help']

/** Unchanged, even if others are invalid. */
export function parseDevOptions(args: readonly string[]): DevOptions {
  const { port, 'local-protocol': protocol = 'http', 'persist-to': persistTo, verbose } = parse(args).values
  return {
    port: typeof port === 'string' ? Number(port) : defaultPort(),
    protocol: String(protocol),
    persistTo: typeof persistTo === 'string' ? persistTo : undefined,
    isVerbose: verbose === true,
    forWrangler: args.filter((arg) => arg !== '--verbose'),
  }
}

/** The problem of the options, as a sentence. */
export function problemOf(args: readonly string[]): string | undefined {
  const { tokens, values } = parse(args)
  for (const token of tokens) {
    const problem = token.kind === 'option' ? problemOfName(token.name, token.rawName) : undefined
    if (problem !== undefined) return problem
  }
  return values.port === undefined ? undefined : problemOfPort(values.port)
}

export function asksForHelp(args: readonly string[]): boolean {
  return parse(args).values.help === true
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    // Wrangler's options are not described here: it reports their problems itself.
    strict: false,
    tokens: true,
    options: {
      port: { type: 'string' },
      'local-protocol': { type: 'string' },
      'persist-to': { type: 'string' },
      verbose: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
}

function problemOfName(name: string, typed: string): string | undefined {
  const known = [...ownOptions, ...wranglerOptions]
  if (known.includes(name) || name.length === 1 || /^(x-|experimental-)/.test(name)) return undefined
  const near = known.find((other) => distance(other, name) <= 2)
  const advice = near === undefined ? 'npm start -- --help lists the options.' : `Did you mean --${near}?`
  return `${typed} is not an option. ${advice}`
}

/** 0 lets the system choose. */
export function problemOfPort(typed: string | boolean): string | undefined {
  if (typeof typed === 'string' && /^\d{1,5}$/.test(typed) && Number(typed) <= 65_535) return undefined
  return `--port takes a number from 0 to 65535${typed === true ? '' : `, not ${typed}`}.`
}

/** The number of letters to insert, delete or change (Levenshtein). */
export function distance(a: string, b: string): number {
  let before = [...Array(b.length + 1).keys()]
  for (let i = 1; i <= a.length; i += 1) {
    const now = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      now.push(Math.min((now[j - 1] ?? 0) + 1, (before[j] ?? 0) + 1, (before[j - 1] ?? 0) + same))
    }
    before = now
  }
  return before[b.length] ?? 0
}
