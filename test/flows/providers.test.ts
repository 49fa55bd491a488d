import { env } from 'cloudflare:workers'
import { decodeJwt } from 'jose'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  type Connection,
  type ConnectionSettings,
  defaultSettings,
} from '../../src/rules/sign-in/connection.ts'
import { sealProviderSecret } from '../../src/secrets/sign-in/provider-secret.ts'
import { read, write } from '../../src/store/database.ts'
import { formatSettings, parseSettings } from '../../src/store/sign-in/connection-settings.ts'
import { findIdentity, insertIdentity, listIdentities } from '../../src/store/sign-in/identities.ts'
import type { Page } from '../browser.ts'
import { addConnection, addIdentity } from '../connections.ts'
import { answerOf, authorizePath, codeRequest, consentTo, postToken } from '../flow.ts'
import { Provider, serveProviders } from '../provider.ts'
import { addClient, addUser, applySchema, startedAt, startServer } from '../server.ts'

beforeAll(applySchema)
afterEach(() => vi.restoreAllMocks())
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

describe('signing in', () => {
  it('goes through the provider and back to the application that waits', async () => {
    const { server, provider, connection } = await world()
    const ada = await addUser('ada-1')
    await addIdentity(connection, ada, 'there-1')
    const registered = await addClient(ada)
    const browser = server.browser()
    const asked = await browser.get(authorizePath(registered, { scope: 'openid', state: 'mine' }))
    const login = await browser.get(asked.location)
    expect(login.text).toContain(`Continue with ${connection.name}`)
    const away = await pressed(login, connection)
    expect([away.status, away.location]).toEqual([
      303,
      expect.stringContaining(`${provider.origin}/authorize?`),
    ])
    const back = await browser.get(provider.answer(away, { sub: 'there-1', name: 'Ada' }))
    expect([back.status, back.location]).toEqual([303, expect.stringContaining('/o/authorize?')])
    const code = answerOf(await consentTo(await browser.get(back.location))).get('code') ?? ''
    const tokens = await (await postToken(server, codeRequest(registered, code))).json<{ id_token: string }>()
    expect(decodeJwt(tokens.id_token)).toMatchObject({
      sub: ada.id,
      acr: '1',
      amr: ['fed'],
      idp: connection.issuer,
    })
  })
})

let worlds = 0

/** A server, an OpenID provider, and its connection. */
async function world(settings: Partial<ConnectionSettings> = {}) {
  const provider = new Provider(`https://id-${++worlds}.example`)
  await provider.changeKeys()
  serveProviders(provider)
  const id = `acme-${worlds}`
  const sealedSecret = await sealProviderSecret(env.KEY_ENCRYPTION_SECRET, id, 'secret there')
  const connection = await addConnection({ id, issuer: provider.origin, sealedSecret, settings })
  return { server: startServer(), provider, connection }
}

/** The button of this provider. */
async function pressed(page: Page, { id }: Connection, fields: Record<string, string> = {}): Promise<Page> {
  const form = page.forms.find(({ action }) => action === `/login/with/${id}`)
  if (form === undefined) throw new Error(`No button: ${page.html}`)
  return page.browser.post(form.action, { ...form.fields, ...fields })
}
