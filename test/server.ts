import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { createApp } from '../src/app.ts'
import { type Bindings, type Config, parseConfig } from '../src/config.ts'
import { type Client, defaultClientOpenid, defaultClientPolicy } from '../src/rules/clients/client.ts'
import type { Role } from '../src/rules/people/role.ts'
import { argon2id } from '../src/secrets/argon2id.ts'
import { hashPassword } from '../src/secrets/passwords.ts'
import { hashSecret, makeSecret, randomText } from '../src/secrets/secret.ts'
import { insertClient } from '../src/store/clients/changes.ts'
import { write } from '../src/store/database.ts'
import { insertUser, type User } from '../src/store/people/users.ts'
import { Browser } from './browser.ts'

export const issuer = 'http://localhost:8000'
export const password = 'correct horse battery'

/** The real Worker on real D1 and KV, with a clock that the test moves. */
export interface Server {
  now: number
  readonly env: Bindings
  fetch(path: string, init?: RequestInit): Promise<Response>
  browser(): Browser
  signedIn(user: User): Promise<Browser>
}

export interface ServerOptions {
  readonly config?: Partial<Config>
  /** Bindings with faults. */
  readonly bindings?: Partial<Bindings>
}

export const startedAt = 1_800_000_000

export function startServer(options: ServerOptions = {}): Server {
  const bindings: Bindings = { ...env, ...options.bindings }
  const app = createApp({ ...parseConfig(bindings), ...options.config }, () => server.now)
  const server: Server = {
    now: startedAt,
    env: bindings,
    async fetch(path, init) {
      const ctx = createExecutionContext()
      const response = await app.fetch(new Request(new URL(path, issuer), init), bindings, ctx)
      await waitOnExecutionContext(ctx)
      return response
    },
    browser: () => new Browser(server.fetch),
    async signedIn(user) {
      const browser = server.browser()
      const page = await browser.get('/login')
      const answer = await page.submit({ username: user.username, password })
      if (answer.status !== 303) throw new Error(`Signing in failed: ${answer.status}`)
      return browser
    },
  }
  return server
}

/** Storage is fresh in every test file: call this once in `beforeAll`. */
export async function applySchema(): Promise<void> {
  const record = env.DB.prepare('INSERT INTO d1_migrations (name) SELECT value FROM json_each(?)')
  await env.DB.batch([
    ...env.SCHEMA.map((text) => env.DB.prepare(text)),
    env.DB.prepare('CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT UNIQUE)'),
    record.bind(JSON.stringify(env.MIGRATIONS.map(({ name }) => name))),
  ])
}

let passwordHash: string | undefined

export async function addUser(username: string, role: Role = 'user'): Promise<User> {
  passwordHash ??= hashPassword(await argon2id(), password)
  const user = {
    id: randomText(16),
    username,
    email: `${username}@example.com`,
    role,
    createdAt: startedAt,
    passwordHash,
  }
  await write(env.DB, insertUser(env.DB, user), {})
  return user
}

export interface Registered {
  readonly client: Client
  readonly secret: string
}

export async function addClient(owner: User, details: Partial<Client> = {}): Promise<Registered> {
  const client: Client = {
    id: randomText(16),
    ownerId: owner.id,
    name: 'Notes',
    type: 'confidential',
    grantType: 'authorization-code',
    furtherGrantTypes: [],
    redirectUris: ['https://app.example/callback'],
    postLogoutRedirectUris: [],
    allowedOrigins: [],
    createdAt: startedAt,
    updatedAt: startedAt,
    suspendedAt: undefined,
    approval: undefined,
    registeredBy: 'person',
    trust: 'unverified',
    lastUsedAt: undefined,
    policy: defaultClientPolicy,
    openid: defaultClientOpenid,
    ...details,
  }
  const secret = makeSecret('client')
  const insertSecret = env.DB.prepare(
    'INSERT INTO client_secrets (secret_hash, client_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  ).bind(hashSecret(secret).sha256, client.id, startedAt)
  const writes = client.type === 'public' ? [] : [insertSecret]
  await write(env.DB, [...insertClient(env.DB, client), ...writes], {})
  return { client, secret: secret.plain }
}
