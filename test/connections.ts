import { env } from 'cloudflare:workers'
import { type Connection, defaultSettings } from '../src/rules/sign-in/connection.ts'
import { write } from '../src/store/database.ts'
import type { User } from '../src/store/people/users.ts'
import { formatSettings } from '../src/store/sign-in/connection-settings.ts'
import { insertIdentity } from '../src/store/sign-in/identities.ts'
import { startedAt } from './server.ts'

type Details = Partial<Omit<Connection, 'settings'>> & { readonly settings?: Partial<Connection['settings']> }

let connections = 0

/** A connection as an administrator would register it: an OpenID provider at an origin of its own. */
export async function addConnection({ settings, ...details }: Details = {}): Promise<Connection> {
  const number = ++connections
  const connection: Connection = {
    id: `provider-${number}`,
    kind: 'openid',
    name: `Provider ${number}`,
    position: number,
    issuer: `https://provider-${number}.example`,
    clientId: 'latchkey',
    sealedSecret: undefined,
    createdAt: startedAt,
    updatedAt: startedAt,
    suspendedAt: undefined,
    ...details,
    settings: { ...defaultSettings, ...settings },
  }
  const { id, kind, name, position, issuer, clientId, sealedSecret, suspendedAt } = connection
  await env.DB.prepare(
    `INSERT INTO connections (id, kind, name, position, issuer, client_id, sealed_secret, settings, created_at, updated_at, suspended_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
    .bind(
      id,
      kind,
      name,
      position,
      issuer ?? null,
      clientId,
      sealedSecret ?? null,
      formatSettings(connection.settings),
      startedAt,
      startedAt,
      suspendedAt ?? null,
    )
    .run()
  return connection
}

/** The person has this identity there. */
export async function addIdentity(
  connection: Pick<Connection, 'id'>,
  user: User,
  subject = user.id,
): Promise<void> {
  const identity = {
    connectionId: connection.id,
    subject,
    userId: user.id,
    label: user.username,
    linkedBy: 'test',
  }
  await write(env.DB, [insertIdentity(env.DB, identity, startedAt)], {})
}
