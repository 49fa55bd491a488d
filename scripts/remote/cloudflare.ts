import { spawnSync } from 'node:child_process'
import { fail } from '../failure.ts'
import { root } from '../project.ts'

/** The result of one call of wrangler. */
interface Ran {
  readonly ok: boolean
  readonly out: string
  readonly err: string
}

function run(args: readonly string[], stdout: 'pipe' | 'inherit'): Ran {
  // From PATH: npm puts the project's own first.
  const {
    status,
    stdout: out,
    stderr,
    error,
  } = spawnSync('wrangler', args, {
    cwd: root,
    encoding: 'utf8',
    // A deploy may have to ask something. Steps that were announced by their title are not confirmed.
    stdio: [args[0] === 'deploy' ? 'inherit' : 'ignore', stdout, stdout],
    // For thousands of rows.
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
    // With its banner wrangler checks npm's registry for its newest version, even for `--dry-run`.
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' },
  })
  if (error !== undefined) fail(`wrangler can't be started (${error.message}): use npm run deploy.`)
  return { ok: status === 0, out: out ?? '', err: stderr ?? '' }
}

/** Shows the output of wrangler. Ends the script when it fails. */
export function act(title: string, args: readonly string[]): void {
  console.log(`\n▸ ${title}\n  wrangler ${args.join(' ')}\n`)
  if (!run(args, 'inherit').ok)
    fail(`\nStopped: “${title}” failed, for the reason above. Run it again when that is solved.`)
}

/** Asks Cloudflare for something. `unless`: a failure that counts as an answer, which is then undefined. */
export function ask<T>(title: string, args: readonly string[], unless?: RegExp): T | undefined {
  console.log(`▸ ${title}`)
  const { ok, out, err } = run(args, 'pipe')
  const said = `${out}\n${err}`.trim()
  if (!ok && unless?.test(said)) return undefined
  if (!ok && isLoggedOut(said)) fail(logIn)
  if (!ok) fail(`${said}\n\nStopped: “${title}” failed, for the reason above.`)
  try {
    return JSON.parse(out) as T
  } catch {
    return fail(`Stopped: “${title}”: wrangler answered something that is not JSON:\n${said}`)
  }
}

const logIn = `You are not logged in to Cloudflare. Run this first:

  npx wrangler login

Where no browser is, as in a build, set CLOUDFLARE_API_TOKEN instead. Then run this again.`

/** `whoami --json` prints the first, every other command the second. */
function isLoggedOut(said: string): boolean {
  return /"loggedIn":\s*false/.test(said) || /non-interactive environment.*CLOUDFLARE_API_TOKEN/s.test(said)
}

/** Rows of the database in production. */
export function query<T>(title: string, sql: string): readonly T[] {
  return lastResults(ask<Answer<T>>(title, executing(sql)))
}

/** Undefined when nobody is signed in to Cloudflare, or the table does not exist. */
export function tryQuery<T>(title: string, sql: string): readonly T[] | undefined {
  const answer = ask<Answer<T>>(title, executing(sql), /./)
  return answer === undefined ? undefined : lastResults(answer)
}

/** Rows of several statements, in their order. */
export function queryAll<T>(title: string, sql: readonly string[]): readonly (readonly T[])[] {
  return (ask<Answer<T>>(title, executing(sql.join('; '))) ?? []).map(({ results }) => results)
}

type Answer<T> = readonly { readonly results: readonly T[] }[]

const executing = (sql: string) => ['d1', 'execute', 'DB', '--remote', '--json', '--yes', '--command', sql]

function lastResults<T>(answer: Answer<T> | undefined): readonly T[] {
  return answer?.at(-1)?.results ?? []
}
