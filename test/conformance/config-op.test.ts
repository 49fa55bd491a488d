import { beforeAll, describe, expect, it } from 'vitest'
import { makePaths } from '../../src/paths.ts'
import { profiles } from '../../src/rules/profile.ts'
import { serverMetadata } from '../../src/rules/server/metadata.ts'
import { addClient, addUser, applySchema, issuer as loopback, startServer } from '../server.ts'
import { registeredMetadata } from './registered-metadata.ts'

beforeAll(applySchema)

type Document = Readonly<Record<string, unknown>>

const issuer = 'https://id.example.com'
const server = startServer({ config: { issuer } })
const get = (path: string, init?: RequestInit) => server.fetch(issuer + path, init)
const configuration = async (): Promise<Document> => (await get('/.well-known/openid-configuration')).json()
const lists = (value: unknown, ...names: string[]) => expect(value).toEqual(expect.arrayContaining(names))

/** OpenID Connect Config OP: the server's metadata, Discovery §3 and RFC 8414 §2. */
describe('Config OP', () => {
  it('answers with JSON that everybody may read', async () => {
    for (const path of ['/.well-known/openid-configuration', '/.well-known/openid-configuration/']) {
      const response = await get(path)
      expect(response.status).toBe(200)
      expect(response.headers.get('Content-Type')).toMatch(/^application\/json/)
      expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*')
      expect(response.headers.get('Cache-Control')).toBe('public, max-age=300')
    }
  })

  it('the issuer is exactly the configured one, wherever the document was fetched', async () => {
    expect((await configuration()).issuer).toBe(issuer)
    const forwarded = await get('/.well-known/openid-configuration', {
      headers: {
        'X-Forwarded-Host': 'evil.example',
        'X-Forwarded-Proto': 'http',
        Forwarded: 'host=evil.example',
      },
    })
    expect(await forwarded.json()).toHaveProperty('issuer', issuer)
    const foreign = await server.fetch('https://evil.example/.well-known/openid-configuration')
    expect(foreign.status).toBe(421)
  })

  it('every endpoint is an https URL of the issuer, exactly where it is', async () => {
    const endpoints = Object.entries(await configuration()).filter(([name]) => /_(endpoint|uri)$/.test(name))
    expect(Object.fromEntries(endpoints)).toMatchObject({
      authorization_endpoint: `${issuer}/o/authorize`,
      token_endpoint: `${issuer}/o/token`,
      userinfo_endpoint: `${issuer}/o/userinfo`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      end_session_endpoint: `${issuer}/o/logout`,
      revocation_endpoint: `${issuer}/o/revoke_token`,
      introspection_endpoint: `${issuer}/o/introspect`,
    })
    for (const [name, url] of endpoints) {
      expect([name, String(url).startsWith(`${issuer}/`), String(url).endsWith('/')]).toEqual([
        name,
        true,
        false,
      ])
      expect([name, (await get(new URL(String(url)).pathname)).status]).not.toEqual([name, 404])
    }
  })

  it('follows the path that the operator chose', async () => {
    const elsewhere = startServer({ config: { issuer, oauthPath: '/auth/oauth2' } })
    const document: Document = await (
      await elsewhere.fetch(`${issuer}/.well-known/openid-configuration`)
    ).json()
    expect(document.authorization_endpoint).toBe(`${issuer}/auth/oauth2/authorize`)
  })

  it('contains only registered fields, and none without a value', async () => {
    const document = await configuration()
    expect(Object.keys(document).filter((name) => !registeredMetadata.has(name))).toEqual([])
    const isNothing = (value: unknown) =>
      value === null || value === '' || `${JSON.stringify(value)}` === '[]'
    expect(Object.entries(document).filter(([, value]) => isNothing(value))).toEqual([])
    const bare = serverMetadata(issuer, makePaths('/o'), {
      grantTypes: [],
      detailTypes: [],
      languages: [],
      registration: false,
      documents: false,
      pushedOnly: false,
      mtlsHost: undefined,
      rules: profiles['oauth-2.1'],
    })
    expect(Object.entries(bare).filter(([, value]) => isNothing(value))).toEqual([])
    expect(Object.keys(bare)).not.toContain('grant_types_supported')
  })

  it('contains what the specifications require', async () => {
    const document = await configuration()
    expect(document.response_types_supported).toEqual(['code'])
    lists(document.response_modes_supported, 'query', 'form_post')
    lists(document.grant_types_supported, 'authorization_code', 'refresh_token')
    lists(document.scopes_supported, 'openid', 'profile', 'email', 'address', 'phone', 'offline_access')
    lists(document.subject_types_supported, 'public', 'pairwise')
    lists(document.id_token_signing_alg_values_supported, 'RS256', 'ES256', 'PS256', 'EdDSA')
    lists(document.token_endpoint_auth_methods_supported, 'client_secret_basic', 'client_secret_post')
    lists(
      document.claims_supported,
      'sub',
      'iss',
      'auth_time',
      'acr',
      'name',
      'email',
      'phone_number',
      'address',
    )
    lists(document.acr_values_supported, '1', '2')
    lists(document.prompt_values_supported, 'none', 'login', 'consent', 'select_account', 'create')
    expect(document).toMatchObject({
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      claims_parameter_supported: true,
    })
  })

  it('offers nothing unsafe: no algorithm none, no plain challenge, no response type with a token', async () => {
    const document = await configuration()
    const algorithms = Object.entries(document).filter(([name]) => name.includes('_alg_values_'))
    expect(algorithms.length).toBeGreaterThan(3)
    for (const [name, values] of algorithms)
      expect([name, values]).not.toEqual([name, expect.arrayContaining(['none'])])
    for (const [name, values] of algorithms) expect(JSON.stringify([name, values])).not.toMatch(/"HS[0-9]/)
  })

  it('takes request objects by value only, and says so, since request_uri would default to true', async () => {
    expect(await configuration()).toMatchObject({
      request_parameter_supported: true,
      request_uri_parameter_supported: false,
    })
  })

  it('writes languages and scopes in the syntax of their specifications', async () => {
    const { ui_locales_supported, scopes_supported } = await configuration()
    const locales = [ui_locales_supported].flat().map(String)
    expect(locales.length).toBeGreaterThan(0)
    expect(Intl.getCanonicalLocales(locales)).toEqual(locales)
    for (const scope of [scopes_supported].flat()) expect(scope).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/)
  })

  it('tells OAuth clients the same facts', async () => {
    const metadata: Document = await (await get('/.well-known/oauth-authorization-server')).json()
    expect(Object.keys(metadata).length).toBeGreaterThan(10)
    expect(await configuration()).toEqual(metadata)
  })
})

describe('the published keys', () => {
  const keysOf = async (): Promise<Record<string, string>[]> => {
    const response = await get('/.well-known/jwks.json')
    expect(response.headers.get('Content-Type')).toMatch(/^application\/json/)
    const set: { keys: Record<string, string>[] } = await response.json()
    return set.keys
  }

  it('have distinct ids, say what they are for, and cover every algorithm in use', async () => {
    const keys = await keysOf()
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length)
    expect(keys.map(({ alg, use }) => `${alg} ${use}`).sort()).toEqual(['ES256 sig', 'RS256 sig'])
  })

  it('are public, minimal and strong', async () => {
    for (const key of await keysOf()) {
      const { kty = '' } = key
      const material = { RSA: ['n', 'e'], EC: ['crv', 'x', 'y'], OKP: ['crv', 'x'] }[kty] ?? []
      expect(Object.keys(key).sort()).toEqual(['kty', 'kid', 'alg', 'use', ...material].sort())
      const bits = Buffer.from(key.n ?? key.x ?? '', 'base64url').length * 8
      expect([kty, bits]).toEqual([kty, kty === 'RSA' ? 2048 : 256])
    }
  })
})

it('the issuer is the same in discovery and in what the authorization endpoint answers', async () => {
  const local = startServer()
  const document: Document = await (await local.fetch('/.well-known/openid-configuration')).json()
  const user = await addUser('ada')
  const { client } = await addClient(user)
  const page = await local.browser().get(`/o/authorize?client_id=${client.id}&response_type=code&prompt=none`)
  expect([document.issuer, new URL(page.location).searchParams.get('iss')]).toEqual([loopback, loopback])
})
