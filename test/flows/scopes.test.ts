import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultClientPolicy } from '../../src/rules/clients/client.ts'
import type { Browser } from '../browser.ts'
import {
  answerOf,
  authorizePath,
  codeRequest,
  obtainCode,
  postToken,
  refreshRequest,
  tokensOf,
} from '../flow.ts'
import { addClient, addUser, applySchema, issuer, type Registered, startServer } from '../server.ts'

const server = startServer()
let client: Registered
let browser: Browser

beforeAll(async () => {
  await applySchema()
  const owner = await addUser('ada')
  client = await addClient(owner, {
    policy: { ...defaultClientPolicy, scope: ['read', 'openid', 'email', 'films'] },
  })
  browser = await server.signedIn(owner)
})

const refusal = async (scope: string) => {
  const answer = answerOf(await browser.get(authorizePath(client, { scope })))
  return [answer.get('error'), answer.get('error_description')]
}

describe('a scope that a client can’t have (OIDC Core §3.1.2.1, RFC 6749 §3.3)', () => {
  it.each([
    ['openid webid', 'openid'],
    ['webid read write tools:all openid', 'read openid'],
    // Every listed scope.
    ['read write openid profile email address phone offline_access', 'read openid email'],
  ])('is ignored while others remain: %s', async (scope, granted) => {
    const code = await obtainCode(browser, client, { scope })
    const tokens = await tokensOf(await postToken(server, codeRequest(client, code)))
    expect(tokens.scope).toBe(granted)
  })

  it('is not shown to the person either', async () => {
    const page = await browser.get(authorizePath(client, { scope: 'read write webid', prompt: 'consent' }))
    expect(page.text).toContain('See your data')
    expect(page.text).not.toContain('Change your data')
  })

  it('is named, with a link to add it, when nothing remains', async () => {
    expect(await refusal('webid a b c d e f')).toEqual([
      'invalid_scope',
      `Unknown scope: webid, a, b, c, d and 2 more (administrators add one at ${issuer}/admin/scopes)`,
    ])
    expect(await refusal('write')).toEqual([
      'invalid_scope',
      `This application may not ask for: write (allow it at ${issuer}/o/applications/${client.client.id}/policy)`,
    ])
    const [, both] = await refusal('write webid')
    expect(both).toContain('Unknown scope: webid')
    expect(both).toContain('may not ask for: write')
    expect(await refusal('a"b')).toEqual(['invalid_scope', 'Not a valid scope name: a?b'])
  })

  it('is named when a refresh requests more than was granted', async () => {
    const code = await obtainCode(browser, client, { scope: 'read' })
    const tokens = await tokensOf(await postToken(server, codeRequest(client, code)))
    const wider = { ...refreshRequest(client, tokens.refresh_token), scope: 'read openid' }
    expect(await (await postToken(server, wider)).json()).toMatchObject({
      error: 'invalid_scope',
      error_description: 'The scope exceeds the granted scope: openid',
    })
  })
})

describe('a scope that this isolate has read', () => {
  const asked = async () =>
    (await browser.get(authorizePath(client, { scope: 'read films', prompt: 'consent' }))).text
  const change = (sql: string) => env.DB.prepare(sql).run()

  it('is in one of two groups on the consent page, where a request has both', async () => {
    const shown = async (scope: string) => {
      const { text } = await browser.get(authorizePath(client, { scope, prompt: 'consent' }))
      return ['About you', 'Your data and this service'].filter((group) => text.includes(group))
    }
    expect(await shown('openid email read')).toHaveLength(2)
    expect([await shown('openid email'), await shown('read')]).toEqual([[], []])
  })

  it('is described in the language of the reader, and in the words of an administrator who changed them', async () => {
    const inGerman = async () => {
      const asked = authorizePath(client, { scope: 'read', prompt: 'consent', ui_locales: 'de' })
      return (await browser.get(asked)).text
    }
    expect(await inGerman()).toContain('Ihre Daten sehen')
    expect((await browser.get(authorizePath(client, { scope: 'openid', prompt: 'consent' }))).text).toContain(
      'Know your account ID',
    )
    await change(`UPDATE scopes SET description = 'Read your diary' WHERE name = 'read'`)
    expect(await inGerman()).toContain('Read your diary')
    await change(`UPDATE scopes SET description = 'See your data' WHERE name = 'read'`)
  })

  it('is read again after every change of the scopes', async () => {
    expect(await asked()).not.toContain('films')
    await change(`INSERT INTO scopes (name, description) VALUES ('films', 'See your films')`)
    expect(await asked()).toContain('See your films')
    expect(await asked()).toContain('See your films')
    await change(`UPDATE scopes SET description = 'Look at your films' WHERE name = 'films'`)
    expect(await asked()).toContain('Look at your films')
    await change(`DELETE FROM scopes WHERE name = 'films'`)
    expect(await asked()).not.toContain('films')
    await change(`INSERT INTO scopes (name, description) VALUES ('films', 'Watch your films')`)
    expect(await asked()).toContain('Watch your films')
    // A deletion without the trigger of deletions.
    await change(`INSERT OR REPLACE INTO scopes (name, description) VALUES ('films', 'Know your films')`)
    expect(await asked()).toContain('Know your films')
  })

  it('has the API of now', async () => {
    const machine = await addClient(await addUser('grace'), {
      grantType: 'client-credentials',
      redirectUris: [],
      policy: { ...defaultClientPolicy, scope: ['cinema'] },
    })
    const credentials = { client_id: machine.client.id, client_secret: machine.secret }
    const ask = async () => {
      const form = { grant_type: 'client_credentials', scope: 'cinema', ...credentials }
      return (await postToken(server, form)).json()
    }
    await change(
      `INSERT INTO resources (identifier, name, created_at) VALUES ('https://films.example', 'Films', 1)`,
    )
    await change(
      `INSERT INTO scopes (name, description, resource) VALUES ('cinema', 'Go out', 'https://films.example')`,
    )
    expect(await ask()).toMatchObject({ expires_in: 3600 })
    await change('UPDATE resources SET access_token_lifetime = 100')
    expect(await ask()).toMatchObject({ expires_in: 100 })
    await change(`DELETE FROM resources WHERE identifier = 'https://films.example'`)
    expect(await ask()).toMatchObject({ error: 'invalid_scope' })
  })

  it('is read each time from a database without a version', async () => {
    await change('DELETE FROM scope_versions')
    expect(await asked()).toContain('Know your films')
    await change(`UPDATE scopes SET description = 'See your films' WHERE name = 'films'`)
    expect(await asked()).toContain('See your films')
  })
})
