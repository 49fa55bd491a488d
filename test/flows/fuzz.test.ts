import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { makePaths } from '../../src/paths.ts'
import { codeRequest, obtainCode, postToken, tokensOf } from '../flow.ts'
import { addClient, addUser, applySchema, issuer, startServer } from '../server.ts'

/** `npm run fuzz` sends 20,000, with a seed that can be repeated. */
const count = Number(env.FUZZ_REQUESTS)
const seed = Number(env.FUZZ_SEED)

/** mulberry32. */
let state = seed
function random(): number {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
}
const chance = (of: number) => random() < of
const upTo = (most: number) => Math.floor(random() * (most + 1))
function pick<T>(from: readonly T[]): T {
  const found = from[Math.floor(random() * from.length)]
  if (found === undefined) throw new Error('Nothing to pick from')
  return found
}

const server = startServer()
/** Values that are valid somewhere, so that a request sometimes passes the first check. */
let right: string[] = []
let cookies: string[] = []

beforeAll(async () => {
  await applySchema()
  const user = await addUser('ada', 'administrator')
  const registered = await addClient(user, { redirectUris: ['http://localhost/callback'] })
  const browser = await server.signedIn(user)
  const request = codeRequest(registered, await obtainCode(browser, registered))
  const tokens = await tokensOf(await postToken(server, request))
  const page = await browser.get('/o/applications/register')
  right = [
    ...Object.values(request).filter((value) => value !== undefined),
    await obtainCode(browser, registered),
    tokens.access_token,
    tokens.refresh_token,
    ...Object.values(page.forms[0]?.fields ?? {}),
    ...[
      'code',
      'S256',
      'none',
      'login',
      'openid',
      'query',
      'form_post',
      'confidential',
      'client-credentials',
      '0',
      'authorize',
    ],
  ]
  cookies = [...browser.cookies].map(([name, value]) => `${name}=${value}`)
})

const pieces = [
  '/',
  '//',
  '\\',
  '..',
  '%',
  '%00',
  '%ff',
  '%2f',
  '\0',
  '\n',
  '\t',
  ' ',
  '"',
  "'",
  '<script>',
  '{',
  '}',
  '[',
  ']',
  '&',
  '=',
  '?',
  '#',
  ';',
  ',',
]
const texts = [
  'http://localhost:99999/callback',
  'http://localhost:1/callback',
  'https://evil.example',
  'javascript:alert(1)',
  '__proto__',
  '{"userinfo":null}',
  '{"id_token":{"__proto__":{}}}',
  '-1',
  '1e400',
  'NaN',
  '𝒳',
  '\ud800',
  'é'.repeat(300),
  'x'.repeat(2000),
  'eyJhbGciOiJub25lIn0.e30.',
  'lkr_',
  'lkc_',
  'read write',
  '',
]
const names = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
  'prompt',
  'max_age',
  'nonce',
  'response_mode',
  'claims',
  'resource',
  'acr_values',
  'id_token_hint',
  'ui_locales',
  'login_hint',
  'grant_type',
  'username',
  'next',
  'form_token',
  'attempt',
  'decision',
  'name',
  'client_type',
  'authorization_grant_type',
  'redirect_uris',
  'post_logout_redirect_uris',
  'allowed_origins',
  'email',
  'client_assertion_type',
  'token_type_hint',
  'received',
  'q',
  'after',
  'lang',
  'logout_token',
  'post_logout_redirect_uri',
]
/** Never echoed. */
const secretNames = [
  'client_secret',
  'password',
  'code_verifier',
  'refresh_token',
  'token',
  'client_assertion',
  'access_token',
]

const value = (): string =>
  chance(0.5)
    ? pick(right)
    : chance(0.5)
      ? pick(texts)
      : Array.from({ length: upTo(6) }, () => pick(pieces)).join('')

function pairs(more: readonly (readonly [string, string])[] = []): string {
  const list = Array.from({ length: upTo(8) }, () => [pick(names), value()] as const)
  const text = new URLSearchParams([...list, ...more].map((pair) => [...pair])).toString()
  return chance(0.1) ? `${text}&${value()}` : text
}

const known = Object.values(makePaths('/o')).map((path) =>
  typeof path === 'function' ? path(pickId(), pickId()) : path,
)
function pickId(): string {
  return right[0] ?? 'client'
}

function url(): string {
  const odd = Array.from({ length: upTo(5) }, () => pick(pieces)).join('')
  const path = chance(0.9) ? pick(known) : `/${odd}`
  const made = `${issuer}${path}${chance(0.1) ? '/' : ''}${chance(0.6) ? `?${pairs()}` : ''}`
  return URL.canParse(made) ? made : issuer
}

interface Sent {
  readonly url: string
  readonly init: RequestInit
  /** Must not be echoed. */
  readonly secret: string
}

function makeRequest(index: number): Sent {
  const secret = `secret-${seed}-${index}-canary`
  const method = pick(['GET', 'GET', 'POST', 'POST', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH'])
  const headers = new Headers()
  const set = (name: string, text: string) => {
    // Characters that a header can't contain.
    headers.set(name, text.replaceAll(/[^\x20-\x7e]/g, '?'))
  }
  if (chance(0.3))
    set(
      'Authorization',
      pick([
        `Basic ${btoa(`${pick(right)}:${secret}`)}`,
        `Bearer ${pick(right)}`,
        `Bearer ${secret}`,
        `Basic ${secret}`,
        `${value()} ${value()}`,
      ]),
    )
  if (chance(0.3)) set('Origin', pick([issuer, 'http://localhost', 'null', value()]))
  if (chance(0.4))
    set(
      'Cookie',
      chance(0.7) ? cookies.join('; ') : `latchkey-session=${value()}; latchkey-visit=${value()}; ${value()}`,
    )
  if (chance(0.5)) set('Accept', pick(['text/html', '*/*', value()]))
  if (chance(0.2)) set('Accept-Language', value())
  if (chance(0.2)) set('Sec-Fetch-Site', pick(['same-origin', 'cross-site', value()]))
  if (chance(0.1)) set('Access-Control-Request-Headers', value())
  if (method === 'GET' || method === 'HEAD') return { url: url(), init: { method, headers }, secret }
  set(
    'Content-Type',
    chance(0.8)
      ? 'application/x-www-form-urlencoded'
      : pick(['application/json', 'multipart/form-data', 'text/plain', value()]),
  )
  const body = chance(0.8)
    ? pairs([[pick(secretNames), secret]])
    : pick(['', '{', '%', '&&&&', '='.repeat(5000), 'a=b&'.repeat(20_000), '\ud800'])
  return { url: url(), init: { method, headers, body }, secret }
}

describe('malformed requests', () => {
  it('are never answered 5xx, and no secret is returned', { timeout: 1_200_000 }, async () => {
    const wrong: string[] = []
    const statuses = new Map<number, number>()
    for (let index = 0; index < count && wrong.length < 5; index++) {
      const { url, init, secret } = makeRequest(index)
      const answer = await server.fetch(url, { ...init, redirect: 'manual' })
      const said = `${JSON.stringify([...answer.headers])}${await answer.text()}`
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      const request = `#${index} ${init.method} ${url} ${JSON.stringify([...new Headers(init.headers)])} ${init.body ?? ''}`
      if (answer.status >= 500) wrong.push(`${answer.status} ${request}`.slice(0, 2000))
      // A POST to /o/authorize or /o/logout is redirected to GET with its parameters: no secret belongs there.
      const goesOn = answer.headers
        .get('Location')
        ?.startsWith(`${new URL(url).pathname.replace(/\/$/, '')}?`)
      if (said.includes(secret) && !goesOn) wrong.push(`echo ${request}`.slice(0, 2000))
    }
    expect(wrong, `seed ${seed}`).toEqual([])
    // The requests reach different results: pages, redirects, refusals of every kind.
    for (const status of [200, 303, 400, 401, 404, 405])
      expect([status, statuses.has(status)]).toEqual([status, true])
  })
})
