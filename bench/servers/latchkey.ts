import { createHash, randomBytes } from 'node:crypto'
import { migrate } from '../../scripts/database/migrate.ts'
import { readMigrations } from '../../scripts/database/migrations.ts'
import { type Client, Lane, type Service } from '../driver/lane.ts'
import type { RunningWorker } from './workers.ts'

/** One for each lane, as at the ruler: nobody signs in to one application hundreds of times a second. */
const people = ['ada', ...Array.from({ length: 7 }, (_, index) => `ada${index + 2}`)]
const [username = ''] = people
const password = 'seven green lamps at noon'

export const latchkeySettings = {
  variables: { KEY_ENCRYPTION_SECRET: 'only-for-measuring-only-for-measuring-only' },
}

/**
 * Set up like a person would: the first administrator by the one-time link, two applications by the form with its defaults. The
 * other people are copies of the first.
 */
export async function arrangeLatchkey({ port, pid, database }: RunningWorker): Promise<Service> {
  const paths = {
    authorize: '/o/authorize',
    token: '/o/token',
    introspect: '/o/introspect',
    userinfo: '/o/userinfo',
    discovery: '/.well-known/openid-configuration',
    jwks: '/.well-known/jwks.json',
  }
  const nobody = { id: '', secret: '', redirectUri: '', scope: '' }
  let lanes = 0
  const signIn = (lane: Lane) => signInAs(lane, people[lanes++ % people.length] ?? username)
  const bare: Service = { name: 'latchkey', port, pid, paths, client: nobody, signIn }
  const owner = new Lane(bare)
  const db = await database()
  await createAdministrator(owner, db)
  await copyAdministrator(db)
  const client = await register(owner, 'authorization-code', 'https://app.example/callback')
  const machine = await register(owner, 'client-credentials', '')
  owner.connection.close()
  return {
    ...bare,
    client: { ...client, scope: 'openid profile offline_access' },
    machine: { ...machine, scope: 'read' },
  }
}

async function createAdministrator(lane: Lane, db: D1Database): Promise<void> {
  await migrate(db, await readMigrations())
  const token = randomBytes(32).toString('base64url')
  const hash = createHash('sha256').update(token).digest('base64url')
  await db.prepare('INSERT INTO setup_tokens VALUES (?, 0)').bind(hash).run()
  await db.prepare('UPDATE setup_tokens SET created_at = unixepoch()').run()
  const page = `/setup?token=${token}`
  const fields = { username, email: 'ada@example.com', password }
  await lane.submit(await lane.browse(page), page, fields)
}

async function copyAdministrator(db: D1Database): Promise<void> {
  const first = await db.prepare('SELECT * FROM users').first()
  if (first === null) throw new Error('There is no administrator')
  const rows = people.slice(1).map((name) => ({
    ...first,
    id: randomBytes(16).toString('base64url'),
    username: name,
    username_key: name,
    username_skeleton: name,
    email: null,
    email_verified_at: null,
  }))
  await db.batch(
    rows.map((row) =>
      db
        .prepare(`INSERT INTO users (${Object.keys(row)}) VALUES (${Object.keys(row).map(() => '?')})`)
        .bind(...Object.values(row)),
    ),
  )
}

async function register(lane: Lane, grant: string, redirectUris: string): Promise<Omit<Client, 'scope'>> {
  const page = '/o/applications/register'
  const saved = await lane.submit(await lane.browse(page), page, {
    name: `Measured ${grant}`,
    client_type: 'confidential',
    authorization_grant_type: grant,
    redirect_uris: redirectUris,
  })
  const { location } = saved.headers
  const { body } = location === undefined ? saved : await lane.browse(location)
  const secret = /\blk_[\w-]{20,}/.exec(body)?.[0]
  const id = /\/o\/applications\/([\w-]{16,22})(?![\w-])/.exec(`${location} ${body}`)?.[1]
  if (secret === undefined || id === undefined)
    throw new Error(`Not registered: ${saved.status} ${body.slice(0, 300)}`)
  return { id, secret, redirectUri: redirectUris }
}

async function signInAs(lane: Lane, username: string): Promise<void> {
  const answer = await lane.submit(await lane.browse('/login'), '/login', { username, password })
  if (answer.status !== 303) throw new Error(`Not signed in: ${answer.status} ${answer.body.slice(0, 300)}`)
}
