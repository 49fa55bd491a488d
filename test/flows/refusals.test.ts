import { beforeAll, describe, expect, it } from 'vitest'
import { clientTrusts } from '../../src/rules/clients/client.ts'
import type { User } from '../../src/store/people/users.ts'
import type { Browser, Page } from '../browser.ts'
import { answerOf, authorizePath, consentTo } from '../flow.ts'
import { addClient, addUser, applySchema, issuer, type Registered, startServer } from '../server.ts'

const server = startServer()
const uri = 'https://app.example/callback?tenant=1'
let owner: User
let stranger: Registered

beforeAll(async () => {
  await applySchema()
  owner = await addUser('ada')
  stranger = await addClient(owner, { name: 'Weather <b>', redirectUris: [uri] })
})

type Changes = Record<string, string | undefined>

/** Each way to be wrong that is found before anybody has to sign in. */
const faults: readonly [string, Changes, string][] = [
  ['no response type', { response_type: undefined }, 'invalid_request'],
  ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
  ['an unknown response mode', { response_mode: 'smoke' }, 'invalid_request'],
  ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
  ['an unknown prompt', { prompt: 'sing' }, 'invalid_request'],
  ['a scope that does not exist', { scope: 'everything' }, 'invalid_scope'],
  ['an unknown API', { resource: 'https://nobody.example' }, 'invalid_target'],
  ['a request object', { request: 'eyJ' }, 'request_not_supported'],
  ['claims that are no JSON', { claims: '{' }, 'invalid_request'],
  ['a hint of nobody', { id_token_hint: 'x' }, 'invalid_request'],
  ['a control character', { nonce: 'a\0b' }, 'invalid_request'],
  [
    'an acr that nobody reaches',
    { claims: '{"id_token":{"acr":{"essential":true,"value":"9"}}}' },
    'unmet_authentication_requirements',
  ],
]

const hrefOf = (page: Page) => /<a class="button secondary" href="([^"]+)"/.exec(page.html)?.[1] ?? ''
const plain = (text: string) => text.replaceAll('&amp;', '&')

describe('an error before anybody is signed in, of an application whom nobody knows (RFC 9700 §4.11.2)', () => {
  it.each(faults)('is a page: %s', async (_, changes, error) => {
    const page = await server.browser().get(authorizePath(stranger, { state: 's&1', ...changes }))
    expect([page.status, page.location, page.headers.get('Refresh')]).toEqual([400, '', null])
    expect(page.text).toContain('app.example')
    expect(page.html).toContain('Weather &lt;b&gt;')
    expect(page.html).toContain(`<code>${error}</code>`)
    const href = plain(hrefOf(page))
    expect(href.startsWith(`${uri}&`)).toBe(true)
    const answer = new URL(href).searchParams
    expect([answer.get('error'), answer.get('state'), answer.get('iss')]).toEqual([error, 's&1', issuer])
  })

  it.each(faults)('goes to the application once somebody is signed in: %s', async (_, changes, error) => {
    const page = await (await server.signedIn(owner)).get(authorizePath(stranger, changes))
    expect([page.status, answerOf(page).get('error')]).toEqual([303, error])
  })

  it.each(clientTrusts)('goes there at once with trust %s, or not', async (trust) => {
    const client = await addClient(owner, { trust })
    const page = await server.browser().get(authorizePath(client, { response_type: 'token' }))
    expect(page.status).toBe(trust === 'unverified' ? 400 : 303)
  })

  it('goes there from a frame that nobody sees', async () => {
    for (const changes of [{}, { scope: 'everything' }]) {
      const page = await server.browser().get(authorizePath(stranger, { prompt: 'none', ...changes }))
      expect([page.status, page.location.startsWith(uri)]).toEqual([303, true])
    }
  })

  it('is posted or in the fragment where that was asked for, and never by a script', async () => {
    const posted = await server
      .browser()
      .get(authorizePath(stranger, { response_type: 'token', response_mode: 'form_post' }))
    expect(posted.status).toBe(400)
    expect(posted.html).not.toContain('form-post.js')
    expect(posted.forms[0]?.action).toBe(uri)
    expect(posted.forms[0]?.fields).toMatchObject({ error: 'unsupported_response_type', iss: issuer })
    const page = await server
      .browser()
      .get(authorizePath(stranger, { response_type: 'token', response_mode: 'fragment' }))
    expect(hrefOf(page).startsWith(`${uri}#error=unsupported_response_type`)).toBe(true)
  })
})

describe('an answer goes the way that was asked for', () => {
  const fragmentOf = (page: Page) => {
    expect(page.status).toBe(303)
    expect(page.location.startsWith(`${uri}#`)).toBe(true)
    return new URLSearchParams(page.location.slice(uri.length + 1))
  }
  let browser: Browser

  beforeAll(async () => {
    browser = await server.signedIn(owner)
  })

  it('a code in the fragment (Multiple Response Types §2.1)', async () => {
    const page = await consentTo(await browser.get(authorizePath(stranger, { response_mode: 'fragment' })))
    const answer = fragmentOf(page)
    expect([...answer.keys()]).toEqual(['code', 'state', 'iss'])
    expect(answer.get('state')).toBe('state-1')
  })

  it.each(faults.filter(([, { response_mode }]) => response_mode === undefined))(
    'an error in the fragment: %s',
    async (_, changes, error) => {
      const path = authorizePath(stranger, { response_mode: 'fragment', ...changes })
      expect(fragmentOf(await browser.get(path)).get('error')).toBe(error)
    },
  )

  it('a refusal in the fragment', async () => {
    const path = authorizePath(stranger, { response_mode: 'fragment', prompt: 'consent' })
    const page = await (await browser.get(path)).submit({ decision: 'cancel' })
    expect(fragmentOf(page).get('error')).toBe('access_denied')
  })

  it('in the query while the way is unknown', async () => {
    const path = authorizePath(stranger, { response_mode: 'smoke' })
    const answer = answerOf(await browser.get(path))
    expect(answer.get('error_description')).toBe('response_mode must be one of query, fragment, form_post')
  })

  it('and the metadata says so', async () => {
    const document = await (await server.fetch('/.well-known/openid-configuration')).json()
    expect(document).toMatchObject({ response_modes_supported: ['query', 'fragment', 'form_post'] })
  })
})
