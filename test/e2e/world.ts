import assert from 'node:assert/strict'
import path from 'node:path'
import { after, afterEach } from 'node:test'
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { argon2id } from '../../scripts/argon2id.ts'
import { readMigrations, readStatements } from '../../scripts/database/migrations.ts'
import { hashPassword } from '../../src/secrets/passwords.ts'
import { hashSecret, makeSecret, randomText } from '../../src/secrets/secret.ts'
import { write } from '../../src/store/database.ts'
import { insertSetupToken } from '../../src/store/people/setup-tokens.ts'
import { insertUser } from '../../src/store/people/users.ts'
import { startChromium } from './chromium.ts'

const root = path.join(import.meta.dirname, '../..')

export const password = 'correct horse battery'

/** The Worker as deployed, with a database of its own, and a browser. */
export interface World {
  /** Like http://localhost:40001 */
  readonly origin: string
  readonly db: D1Database
  /** A new person at a new browser. */
  visitor(options?: BrowserContextOptions): Promise<Page>
  /** The link that the first start of a server prints. */
  setupLink(): Promise<string>
  addUser(username: string, role?: 'administrator' | 'user'): Promise<void>
  /** Browser messages since the last call: errors, warnings, policy violations. A test that leaves some fails. */
  complaints(): readonly string[]
}

/** Starts everything for one test file, and ends it afterwards. `settings` are variables of the server. */
export async function startWorld(settings: Readonly<Record<string, string>> = {}): Promise<World> {
  const server = await startServer(settings)
  after(() => server.close())
  const browser = await startChromium()
  after(() => browser.close())
  const db = server.db
  let complaints: string[] = []
  const contexts = new Set<BrowserContext>()

  const world: World = {
    origin: server.origin,
    db,
    async visitor(options) {
      const context = await browser.newContext({ baseURL: server.origin, ...options })
      contexts.add(context)
      context.setDefaultTimeout(60_000)
      context.on('console', (message) => {
        if (['error', 'warning'].includes(message.type()))
          complaints.push(`${message.text()} (${message.location().url})`)
      })
      context.on('weberror', (error) => void complaints.push(String(error.error().stack)))
      return context.newPage()
    },
    async setupLink() {
      const token = makeSecret('setup')
      await write(db, [insertSetupToken(db, hashSecret(token), now())], {})
      return `${server.origin}/setup?token=${token.plain}`
    },
    async addUser(username, role = 'user') {
      const passwordHash = hashPassword(await argon2id(), password)
      const user = { id: randomText(16), username, email: undefined, role, createdAt: now(), passwordHash }
      await write(db, insertUser(db, user), {})
    },
    complaints() {
      const heard = complaints
      complaints = []
      return heard
    },
  }

  afterEach(async (test) => {
    const heard = world.complaints()
    const pages = [...contexts].flatMap((context) => context.pages())
    const passed = 'passed' in test && test.passed
    for (const page of passed ? [] : pages) console.error(`Left at ${page.url()}\n${await shownOn(page)}\n`)
    await Promise.all([...contexts].map((context) => context.close()))
    contexts.clear()
    assert.deepEqual(heard, [], 'The browser complained')
  })
  return world
}

const now = () => Math.floor(Date.now() / 1000)

async function shownOn(page: Page): Promise<string> {
  return (await page.locator('body').ariaSnapshot({ timeout: 1000 }).catch(String)).slice(0, 3000)
}

/** Those of schema.sql, in one transaction. The migrations lead to the same tables, in sixty (test/migrations.test.ts). */
async function createTables(db: D1Database): Promise<void> {
  const names = JSON.stringify((await readMigrations()).map(({ name }) => name))
  await db.batch([
    ...(await readStatements('schema.sql')).map((text) => db.prepare(text)),
    db.prepare('CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT UNIQUE)'),
    db.prepare('INSERT INTO d1_migrations (name) SELECT value FROM json_each(?)').bind(names),
  ])
}

async function startServer(settings: Readonly<Record<string, string>>) {
  Object.assign(process.env, {
    // Nothing here uses the network, and wrangler's statistics are off.
    WRANGLER_SEND_METRICS: 'false',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    X_LOCAL_OBSERVABILITY: 'false',
    X_LOCAL_EXPLORER: 'false',
    WRANGLER_LOG: 'error',
  })
  const { createTestHarness } = await import('wrangler')
  const secrets = {
    KEY_ENCRYPTION_SECRET: 'only-for-tests-only-for-tests-only-for-tests',
    // Empty means unset, whatever .dev.vars says.
    ISSUER: '',
    OAUTH_PATH: '',
    CORS_ALLOW_ALL_ORIGINS: '',
    MAILER: 'outbox',
    SIGN_UP: 'open',
    ...settings,
  }
  const harness = createTestHarness({ root, workers: [{ configPath: 'wrangler.toml', secrets }] })
  try {
    const { url } = await harness.listen()
    const { DB: db } = await harness.getWorker<{ readonly DB: D1Database }>().getEnv()
    await createTables(db)
    return { origin: `http://localhost:${url.port}`, db, close: () => harness.close() }
  } catch (error) {
    harness.debug()
    await harness.close()
    throw error
  }
}
