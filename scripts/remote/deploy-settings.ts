import { appendFileSync, chmodSync, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs, parseEnv } from 'node:util'
import { randomText } from '../../src/secrets/secret.ts'
import { isLoopback, problemsOf } from '../../src/variables.ts'
import { fail, failUsage } from '../failure.ts'
import { root } from '../project.ts'

export interface DeploySettings {
  /** Undefined only in Workers Builds, which "Deploy to Cloudflare" sets up: there it is a variable of the Worker. */
  readonly issuer: string | undefined
  /** The name in wrangler.toml; the button lets people choose. */
  readonly database: string
  readonly dryRun: boolean
}

/** A build at Cloudflare: its files are deleted afterwards. */
export const isWorkersBuild = process.env.WORKERS_CI === '1'

const usage = 'npm run deploy -- --issuer https://id.example.com'

/** From the command line, the environment, or `[vars]` of wrangler.toml, in this order. */
export function readDeploySettings(): DeploySettings {
  const options = readOptions()
  const toml = readFileSync(path.join(root, 'wrangler.toml'), 'utf8')
  const issuer = options.issuer ?? process.env.ISSUER ?? /^ISSUER\s*=\s*"([^"]*)"/m.exec(toml)?.[1]
  const database = /^database_name\s*=\s*"([^"]*)"/m.exec(toml)?.[1] ?? 'latchkey'
  const dryRun = options['dry-run'] ?? false
  if (issuer === undefined && isWorkersBuild) return { issuer, database, dryRun }
  if (issuer === undefined) {
    fail(
      `ISSUER is missing: the origin by which people and applications will know this server, like a domain of yours or https://latchkey.<your subdomain>.workers.dev\n${usage}`,
    )
  }
  const [reason] = problemsOf('ISSUER', issuer)
  if (reason !== undefined) fail(`ISSUER ${reason}: ${usage}`)
  if (isLoopback(issuer)) fail(`ISSUER must be an origin that others can reach, not localhost: ${usage}`)
  return { issuer, database, dryRun }
}

function readOptions() {
  try {
    return parseArgs({ options: { issuer: { type: 'string' }, 'dry-run': { type: 'boolean' } } }).values
  } catch (error) {
    return failUsage(error, usage)
  }
}

/** Secrets that were generated here, for `--secrets-file`. Kept, since Cloudflare never shows a secret again. */
export const secretsFile = path.join(root, '.deploy.vars')

/** From the environment, else from an earlier attempt, else a new one, unless existing values need the previous one. */
export function ensureDeploySecret(mayBeNew: () => boolean): void {
  const present = existsSync(secretsFile) ? readFileSync(secretsFile, 'utf8') : ''
  const { KEY_ENCRYPTION_SECRET: given } = process.env
  const kept = parseEnv(present).KEY_ENCRYPTION_SECRET
  if (given !== undefined && kept !== undefined && given !== kept) {
    fail(`KEY_ENCRYPTION_SECRET differs from the one in ${secretsFile}: remove one of the two.`)
  }
  if (kept !== undefined) return
  if (given === undefined && !mayBeNew()) {
    fail(
      'Stopped: the keys in the database are encrypted under a KEY_ENCRYPTION_SECRET that the Worker does not have. Run this again with KEY_ENCRYPTION_SECRET=… before it.',
    )
  }
  const secret = given ?? randomText(32)
  const [reason] = problemsOf('KEY_ENCRYPTION_SECRET', secret)
  if (reason !== undefined) fail(`KEY_ENCRYPTION_SECRET ${reason}.`)
  appendFileSync(secretsFile, `KEY_ENCRYPTION_SECRET=${secret}\n`, { mode: 0o600 })
  chmodSync(secretsFile, 0o600)
}
