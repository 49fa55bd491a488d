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

/** Each error that is found before anybody has to sign in. */
const faults: readonly [string, Changes, string][] = [
  ['no response type', { response_type: undefined }, 'invalid_request'],
  ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
  ['an unknown response mode', { response_mode: 'smoke' }, 'invalid_request'],
  ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
  ['an unknown prompt', { prompt: 'sing' }, 'invalid_request'],
  ['a scope that does not exist', { scope: 'everything' }, 'invalid_scope'],
  ['an unknown API', { resource: 'https://nobody.example' }, 'invalid_target'],
  ['a request object', { request: 'eyJ' }, 'request_not_supported'],
  ['claims that are not JSON', { claims: '{' }, 'invalid_request'],
  ['a hint of nobody', { id_token_hint: 'x' }, 'invalid_request'],
  ['a control character', { nonce: 'a\0b' }, 'invalid_request'],
  [
    'an unreachable acr',
    { claims: '{"id_token":{"acr":{"essential":true,"value":"9"}}}' },
    'unmet_authentication_requirements',
  ],
]

const hrefOf = (page: Page) => /<a class="button secondary" href="([^"]+)"/.exec(page.html)?.[1] ?? ''
const plain = (text: string) => text.replaceAll('&amp;', '&')

describe('an error before sign-in, of an unverified application (RFC 9700 §4.11.2)', () => {
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
    expect(answer.get('error_uri')).toMatch(new RegExp(`/docs/errors\\.md#${error}$`))
  })

  it.each([
    ['an unknown application', { client_id: 'nobody' }, 'unknown-application'],
    ['no application', { client_id: undefined }, 'unknown-application'],
    ['another address', { redirect_uri: 'https://evil.example/' }, 'this-address-is-not-registered'],
    ['a control character in client_id', { client_id: 'a\0b' }, 'this-request-cant-be-read'],
  ])('is a page that links its explanation: %s', async (_, changes, entry) => {
    const page = await server.browser().get(authorizePath(stranger, changes))
    expect(page.status).toBe(400)
    expect(page.html).toContain(`/docs/troubleshooting.md#${entry}"`)
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

  it('goes there from a hidden frame', async () => {
    for (const changes of [{}, { scope: 'everything' }]) {
      const page = await server.browser().get(authorizePath(stranger, { prompt: 'none', ...changes }))
      expect([page.status, page.location.startsWith(uri)]).toEqual([303, true])
    }
  })

  it('is posted or in the fragment where that was requested, and never by a script', async () => {
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

describe('an answer uses the requested response mode', () => {
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

  it('in the query while the response mode is unknown', async () => {
    const path = authorizePath(stranger, { response_mode: 'smoke' })
    const answer = answerOf(await browser.get(path))
    expect(answer.get('error_description')).toBe(
      'response_mode must be one of query, fragment, form_post, jwt, query.jwt, fragment.jwt, form_post.jwt',
    )
  })

  it('and the metadata says so', async () => {
    const document = await (await server.fetch('/.well-known/openid-configuration')).json()
    expect(document).toMatchObject({
      response_modes_supported: [
        'query',
        'fragment',
        'form_post',
        'jwt',
        'query.jwt',
        'fragment.jwt',
        'form_post.jwt',
      ],
    })
  })
})

/** The links of a page except those of its frame and the one to the front page. */
const onwardFrom = ({ html }: Page): string | undefined =>
  plain(
    [
      ...(/<main[\s\S]*<\/main>/.exec(html)?.[0] ?? '').matchAll(/<a class="button" href="([^"]*)"/g),
    ][0]?.[1] ?? '',
  )

describe('a page that can’t be shown says where to go instead', () => {
  const closed = startServer({ config: { mail: { mailer: 'off', from: '', apiUrl: '', apiToken: '' } } })
  let ada: Browser
  let root: Browser
  beforeAll(async () => {
    ada = await closed.signedIn(owner)
    root = await closed.signedIn(await addUser('root', 'administrator'))
  })
  const nobody = () => closed.browser()
  const asked = '/o/authorize?response_type=code'

  it.each<[string, () => Browser, string, number, string]>([
    ['set-up that is over', nobody, '/setup?token=x', 404, '/login'],
    ['set-up without a token', nobody, '/setup', 404, '/login'],
    ['sign-up that is off', nobody, '/signup', 404, '/login'],
    [
      'the same, on the way to an application',
      nobody,
      '/signup?next=%2Faccount',
      404,
      '/login?next=%2Faccount',
    ],
    [
      'the same, with a destination on another site',
      nobody,
      '/signup?next=https%3A%2F%2Fevil.example',
      404,
      '/login',
    ],
    ['a password reset without a mailer', nobody, '/password-reset', 404, '/login'],
    ['the link to it', nobody, '/password-reset/password?token=x', 404, '/login'],
    ['a dead link', nobody, '/nothing', 404, '/login'],
    ['a dead link in the account', () => ada, '/account/nothing', 404, '/account'],
    ['an application that was deleted', () => ada, '/o/applications/gone', 404, '/o/applications'],
    ['a user who was deleted', () => root, '/admin/users/gone', 404, '/admin'],
    // Nobody learns from it that there is an administration.
    ['the same, for a person who may not see it', () => ada, '/admin/users/gone', 404, ''],
    ['a request without client_id', () => ada, asked, 400, '/o/applications'],
    ['an unknown client_id', () => ada, `${asked}&client_id=gone`, 400, '/o/applications'],
    // They did not write the request.
    ['the same, for a visitor', nobody, `${asked}&client_id=gone`, 400, ''],
    [
      'signing out to an unregistered address',
      () => ada,
      '/o/logout?to=https://evil.example',
      400,
      '/logout',
    ],
  ])('%s', async (_, who, path, status, onward) => {
    const page = await who().get(
      path.replace('to=', `client_id=${stranger.client.id}&post_logout_redirect_uri=`),
    )
    expect([page.status, onwardFrom(page)]).toEqual([status, onward])
  })

  it('names the missing value, and repeats the sent one as text of limited length', async () => {
    expect((await ada.get(asked)).text).toContain('The request has no client_id.')
    const unknown = await ada.get(`${asked}&client_id=${encodeURIComponent(`<b>${'x'.repeat(1000)}`)}`)
    expect(unknown.html).toContain('client_id=&lt;b&gt;xxx')
    expect(unknown.text).not.toContain('x'.repeat(200))
    const two = await addClient(owner, { redirectUris: [uri, 'https://app.example/other'] })
    const missing = await ada.get(authorizePath(two, { redirect_uri: undefined }))
    expect(missing.text).toContain('The request has no redirect_uri.')
  })
})
