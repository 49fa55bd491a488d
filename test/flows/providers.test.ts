import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ConnectionSettings, defaultSettings } from '../../src/rules/sign-in/connection.ts'
import { read, write } from '../../src/store/database.ts'
import { formatSettings, parseSettings } from '../../src/store/sign-in/connection-settings.ts'
import { findIdentity, insertIdentity, listIdentities } from '../../src/store/sign-in/identities.ts'
import { addConnection, addIdentity } from '../connections.ts'
import { addUser, applySchema, startedAt } from '../server.ts'

beforeAll(applySchema)
const { DB } = env

describe('the settings of a connection', () => {
  const full: ConnectionSettings = {
    endpoints: {
      authorization: 'https://github.example/authorize',
      token: 'https://github.example/token',
      user: 'https://api.github.example/user',
      emails: 'https://api.github.example/user/emails',
    },
    auth: { method: 'apple', teamId: 'TEAM', keyId: 'KEY' },
    scope: 'read:user',
    claims: { ...defaultSettings.claims, subject: 'id', emailVerified: undefined, groups: 'org.teams' },
    signUp: 'domains',
    signUpDomains: ['acme.example'],
    believesEmail: true,
    believesAcr: true,
    groups: [{ from: 'eng', to: 'engineers' }],
    roles: [{ from: 'ops', to: 'support' }],
  }

  it('are read as they were written', () => {
    expect([full, defaultSettings].map((settings) => parseSettings(formatSettings(settings)))).toEqual([
      full,
      defaultSettings,
    ])
  })

  it('of another release are read: unknown members are left out, missing ones have their default', () => {
    expect(parseSettings('{}')).toEqual(defaultSettings)
    expect(parseSettings('{"scope":"openid","later":1}')).toEqual({ ...defaultSettings, scope: 'openid' })
    expect(() => parseSettings('{"signUp":"anybody"}')).toThrow()
  })
})

describe('an identity', () => {
  it('belongs to the first person who links it', async () => {
    const [ada, bob] = [await addUser('ada'), await addUser('bob')]
    const connection = await addConnection()
    await addIdentity(connection, ada, 'same')
    await addIdentity(connection, bob, 'same')
    const subject = { connectionId: connection.id, subject: 'same' }
    const { identity, ofAda, ofBob } = await read(DB, {
      identity: findIdentity(DB, subject),
      ofAda: listIdentities(DB, ada.id),
      ofBob: listIdentities(DB, bob.id),
    })
    expect([identity?.userId, ofAda.map(({ connectionName }) => connectionName), ofBob]).toEqual([
      ada.id,
      [connection.name],
      [],
    ])
  })

  it('is not linked at a suspended connection', async () => {
    const eve = await addUser('eve')
    const { id: connectionId } = await addConnection({ suspendedAt: startedAt })
    const identity = { connectionId, subject: 'eve', userId: eve.id, label: 'eve', linkedBy: 'test' }
    await write(DB, [insertIdentity(DB, identity, startedAt)], {})
    expect((await read(DB, { found: findIdentity(DB, identity) })).found).toBeUndefined()
  })
})
