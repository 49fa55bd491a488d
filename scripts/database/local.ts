import { accessSync, constants, mkdirSync, readdirSync, statfsSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bindings, type Config, ConfigError, parseConfig } from '../../src/config.ts'
import { fail, failFor } from '../failure.ts'
import { root } from '../project.ts'
import { ensureKeyEncryptionSecret } from '../server/dev-vars.ts'
import { migrate } from './migrate.ts'
import { readMigrations } from './migrations.ts'

/** The database of `wrangler dev`, and its settings. The server may run meanwhile. */
export interface Local {
  readonly db: D1Database
  readonly config: Config
  /** The binding EMAIL: here it accepts everything, and sends nothing. */
  readonly email: SendEmail | undefined
}

/** Creates what a local server needs, and passes it to `use`: a secret, the database, its current tables. Existing values stay. */
export async function withLocal<T>(
  persistTo: string | undefined,
  use: (local: Local) => Promise<T>,
): Promise<T> {
  const state = path.resolve(root, persistTo ?? '.wrangler/state')
  try {
    ensureKeyEncryptionSecret()
    checkWritable(state)
    const { env, dispose } = await openPlatform(state)
    const config = readConfig(env)
    await bringUpToDate(env.DB, state)
    const answer = await use({ db: env.DB, config, email: env.EMAIL })
    await dispose()
    return answer
  } catch (error) {
    return failFor(error)
  }
}

async function bringUpToDate(db: D1Database, state: string): Promise<void> {
  const migrations = await readMigrations()
  const { unknown } = await patiently(() => migrate(db, migrations))
  if (unknown.length > 0) {
    fail(
      `The local database is of a later version (${unknown.join(', ')}): update the code, or delete ${state}`,
    )
  }
}

/**
 * The server and a script are two processes with one SQLite file, and neither waits for the other's write: it is refused, and
 * can be tried again.
 */
export async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      const isLocked = /SQLITE_BUSY|database is locked|commit token/.test(String(error))
      if (!isLocked || tries === 50) throw error
      await sleep(100)
    }
  }
}

/** Checked before: for a failed write the database reports only a reference number. */
function checkWritable(state: string): void {
  const folder = path.join(state, 'v3', 'd1')
  mkdirSync(folder, { recursive: true })
  for (const name of ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
    accessSync(path.join(folder, name), constants.W_OK)
  }
  const { bavail, bsize } = statfsSync(folder)
  if (bavail * bsize < 16_000_000) fail(`The disk is full: ${folder} needs 16 MB.`)
}

async function openPlatform(state: string) {
  const { WRANGLER_LOG } = process.env
  Object.assign(process.env, {
    // Neither usage statistics nor a location look-up: nothing here uses the network.
    WRANGLER_SEND_METRICS: 'false',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    // `wrangler dev` repeats its start-up messages.
    WRANGLER_LOG: 'error',
  })
  // Imported late, since it takes a second: a refusal does not have to wait for it.
  const { getPlatformProxy } = await import('wrangler')
  const platform = await getPlatformProxy<Bindings>({
    configPath: path.join(root, 'wrangler.toml'),
    // `wrangler dev` appends `v3` to the same folder.
    persist: { path: path.join(state, 'v3') },
    remoteBindings: false,
  })
  if (WRANGLER_LOG === undefined) delete process.env.WRANGLER_LOG
  else process.env.WRANGLER_LOG = WRANGLER_LOG
  return platform
}

function readConfig(env: Bindings): Config {
  try {
    return parseConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) fail(`A setting in .dev.vars is wrong. ${error.message}.`)
    throw error
  }
}
