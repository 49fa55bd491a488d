import { env } from 'cloudflare:workers'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import guide from '../../docs/which-settings.md?raw'
import { members } from '../../src/rules/clients/policy-form.ts'
import { deleteDisused, settleRegistrations } from '../../src/store/clients/unused-registrations.ts'
import { registeredClientMetadata } from '../conformance/registered-metadata.ts'
import { beforeFirstWrite, everyBatchTwice } from '../faults.ts'
import { authorizePath, codeRequest, errorOf, obtainCode, postToken, tokensOf } from '../flow.ts'
import { addUser, applySchema, issuer, type Server, startedAt, startServer } from '../server.ts'

interface Answer {
  readonly client_id: string
  readonly client_secret?: string
  readonly registration_access_token: string
  readonly registration_client_uri: string
  readonly redirect_uris?: readonly string[]
  readonly grant_types: readonly string[]
  readonly scope: string
  readonly error?: string
  readonly error_description?: string
  readonly [member: string]: unknown
}

const settings = {
  mode: 'open',
  initialAccessToken: '',
  approval: false,
  mostOfNetwork: 1000,
  documents: undefined,
} as const
let server: Server

beforeAll(async () => {
  await applySchema()
  await addUser('ada', 'administrator')
  server = startServer({ config: { registration: settings } })
})

const redirect_uris = ['https://app.example/callback']

function post(body: unknown, headers: Record<string, string> = {}, at: Server = server): Promise<Response> {
  const init = { 'content-type': 'application/json', ...headers }
  return at.fetch('/o/register', {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: init,
  })
}

async function register(body: unknown = { redirect_uris }): Promise<Answer> {
  const response = await post(body)
  expect(response.status).toBe(201)
  return response.json()
}

const manage = (
  { client_id, registration_access_token }: Answer,
  method = 'GET',
  body?: unknown,
  at: Server = server,
): Promise<Response> =>
  at.fetch(`/o/register/${client_id}`, {
    method,
    headers: { authorization: `Bearer ${registration_access_token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

const knownAs = ({ client_id, client_secret = '' }: Answer) => ({
  client: {
    id: client_id,
    type: client_secret === '' ? ('public' as const) : ('confidential' as const),
    redirectUris: redirect_uris,
  },
  secret: client_secret,
})

const encryptionKey = { kty: 'EC', crv: 'P-256', x: 'a', y: 'b', use: 'enc' }

/** OIDC Registration §2, and the algorithms that this server refuses. */
const encryptionFaults: readonly (readonly [string, object])[] = [
  ['the encryption of a content alone', { id_token_encrypted_response_enc: 'A128GCM' }],
  ['RSA1_5', { id_token_encrypted_response_alg: 'RSA1_5' }],
  ['dir', { userinfo_encrypted_response_alg: 'dir' }],
  [
    'an algorithm of the other list',
    { userinfo_encrypted_response_alg: 'ECDH-ES', userinfo_encrypted_response_enc: 'ECDH-ES' },
  ],
  ['A192GCM', { request_object_encryption_alg: 'ECDH-ES', request_object_encryption_enc: 'A192GCM' }],
  ['encryption without a suitable key', { authorization_encrypted_response_alg: 'RSA-OAEP-256' }],
  [
    'encryption with a key for signatures',
    {
      introspection_encrypted_response_alg: 'ECDH-ES',
      jwks: { keys: [{ ...encryptionKey, use: 'sig' }] },
    },
  ],
  [
    'encryption with RSA under 2048 bits',
    {
      introspection_encrypted_response_alg: 'RSA-OAEP-256',
      jwks: { keys: [{ kty: 'RSA', n: 'x'.repeat(341), e: 'AQAB' }] },
    },
  ],
  ['encryption without keys', { id_token_encrypted_response_alg: 'ECDH-ES', jwks: undefined }],
]

describe('dynamic registration (RFC 7591)', () => {
  it('answers 201 with everything that is stored, and never with null', async () => {
    const response = await post({ redirect_uris, client_name: 'Agent', logo_uri: null, unknown_member: 1 })
    expect(response.status).toBe(201)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    const text = await response.text()
    expect(text).not.toContain('null')
    const answer: Answer = JSON.parse(text)
    expect(answer).toMatchObject({
      client_name: 'Agent',
      redirect_uris,
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      client_secret_expires_at: 0,
      client_secret: expect.stringMatching(/^lk_/),
      registration_client_uri: `${issuer}/o/register/${answer.client_id}`,
    })
    expect(answer).not.toHaveProperty('unknown_member')
    expect(answer).not.toHaveProperty('jwks_uri')
  })

  it('lets the client go through the whole flow, and asks the person each time', async () => {
    const known = knownAs(await register({ redirect_uris, scope: 'read offline_access' }))
    const browser = await server.signedIn(await addUser('bob'))
    for (let i = 0; i < 2; i++) {
      expect((await browser.get(authorizePath(known, { scope: 'read' }))).status).toBe(200)
      const code = await obtainCode(browser, known, { scope: 'read' })
      expect((await tokensOf(await postToken(server, codeRequest(known, code)))).scope).toBe('read')
    }
  })

  it("enforces a client's own settings: pushed requests (RFC 9126 §6), bound tokens (RFC 9449 §5.2)", async () => {
    const promises = { require_pushed_authorization_requests: true, dpop_bound_access_tokens: true }
    const answer = await register({ redirect_uris, ...promises })
    expect(answer).toMatchObject(promises)
    expect(await (await manage(answer)).json()).toMatchObject(promises)
    expect(await register()).toMatchObject({
      require_pushed_authorization_requests: false,
      dpop_bound_access_tokens: false,
    })
  })

  it('registers backchannel authentication in poll mode, without a code of the person (CIBA Core §4)', async () => {
    const grant_types = ['urn:openid:params:grant-type:ciba']
    const told = { backchannel_token_delivery_mode: 'poll', backchannel_user_code_parameter: false }
    expect(await register({ grant_types, ...told })).toMatchObject(told)
    expect(await register({ grant_types })).toMatchObject(told)
    expect(await register()).not.toHaveProperty('backchannel_token_delivery_mode')
    for (const wrong of [
      { backchannel_token_delivery_mode: 'ping' },
      { backchannel_user_code_parameter: true },
      { backchannel_authentication_request_signing_alg: 'HS256' },
      // It has no keys.
      { backchannel_authentication_request_signing_alg: 'ES256' },
    ])
      expect(await errorOf(await post({ grant_types, ...wrong }))).toBe('400 invalid_client_metadata')
  })

  it('creates a public client without a secret', async () => {
    const answer = await register({
      redirect_uris: ['http://127.0.0.1/callback', 'cursor://anysphere.cursor-mcp/oauth/callback'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      client_name: 'Cursor',
      'client_name#de': 'Zeiger',
    })
    expect(answer).not.toHaveProperty('client_secret')
    expect(answer).not.toHaveProperty('client_secret_expires_at')
    expect(answer).toMatchObject({ application_type: 'native', 'client_name#de': 'Zeiger' })
  })

  it('leaves out scopes that are not allowed, instead of refusing them', async () => {
    const { scope } = await register({ redirect_uris, scope: 'write introspection made:up offline_access' })
    expect(scope).toMatch(/^write offline_access /)
    expect(scope).not.toMatch(/introspection|made:up/)
    expect((await register({ redirect_uris, scope: 'made:up' })).scope.split(' ')).toContain('read')
  })

  it('allows scopes of APIs too, and more than the client named (RFC 6750 §3.1)', async () => {
    const api = 'https://tools.example/mcp'
    await server.env.DB.batch([
      server.env.DB.prepare(
        `INSERT INTO resources (identifier, name, created_at) VALUES (?, 'Tools', 0)`,
      ).bind(api),
      server.env.DB.prepare(
        `INSERT INTO scopes (name, description, resource, restricted) VALUES
           ('tools:list', 'See tools', ?1, 0), ('tools:call', 'Call tools', ?1, 0), ('tools:all', 'All', ?1, 1)`,
      ).bind(api),
    ])
    const known = knownAs(await register({ redirect_uris, scope: 'tools:list' }))
    const browser = await server.signedIn(await addUser('dora'))
    const asked = { scope: 'tools:list tools:call tools:all', resource: api }
    const code = await obtainCode(browser, known, asked)
    const tokens = await tokensOf(await postToken(server, codeRequest(known, code)))
    expect(tokens.scope).toBe('tools:list tools:call')
  })

  it('does not return what an administrator removed when it changes (RFC 7592 §2.2)', async () => {
    const mine = await register()
    await server.env.DB.prepare(`UPDATE clients SET scope = 'read' WHERE id = ?`).bind(mine.client_id).run()
    const same = { client_id: mine.client_id, redirect_uris }
    // Also when it names them again: people allowed them to this client, and would not be asked.
    for (const sent of [same, { ...same, scope: mine.scope }, { ...same, scope: 'write read' }])
      expect(await (await manage(mine, 'PUT', sent)).json()).toMatchObject({ scope: 'read' })
  })

  it('cuts a name that is too long for people, and says so', async () => {
    const { client_id, client_name } = await register({
      redirect_uris,
      client_name: `${'Agent '.repeat(20)}`,
    })
    expect(client_name).toBe(`${'Agent '.repeat(9)}Agent…`)
    const stored = await env.DB.prepare('SELECT name FROM clients WHERE id = ?').bind(client_id).first('name')
    expect(stored).toBe(client_name)
  })

  it('changes nothing when an administrator changed it at the same moment', async () => {
    const mine = await register({ redirect_uris, client_name: 'Before' })
    const narrow = `UPDATE clients SET scope = 'read', updated_at = updated_at + 1 WHERE id = ?`
    const db = beforeFirstWrite(() => server.env.DB.prepare(narrow).bind(mine.client_id).run())
    const racing = startServer({ config: { registration: settings }, bindings: { DB: db } })
    const again = {
      client_id: mine.client_id,
      redirect_uris,
      client_name: 'After',
      token_endpoint_auth_method: 'none',
    }
    expect((await manage(mine, 'PUT', again, racing)).status).toBe(503)
    const { client_secret: _, client_secret_expires_at, ...before } = mine
    expect(await (await manage(mine)).json()).toEqual({ ...before, scope: 'read' })
    expect(await (await manage(mine, 'PUT', again, racing)).json()).toMatchObject({
      client_name: 'After',
      scope: 'read',
    })
  })

  it('accepts keys for private_key_jwt, and issues no secret', async () => {
    const { publicKey } = (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ])) as CryptoKeyPair
    const { kty, crv, x, y } = (await crypto.subtle.exportKey('jwk', publicKey)) as JsonWebKey
    const jwks = { keys: [{ kty, crv, x, y, kid: '1' }] }
    const answer = await register({ redirect_uris, token_endpoint_auth_method: 'private_key_jwt', jwks })
    expect(answer).toMatchObject({ jwks, token_endpoint_auth_method: 'private_key_jwt' })
    expect(answer).not.toHaveProperty('client_secret')
  })

  it('accepts assertions with the registered algorithm only (RFC 7591 §2, OIDC Registration §2)', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
    const asked = {
      redirect_uris,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'PS256',
      jwks: { keys: [await exportJWK(publicKey)] },
    }
    const answer = await register(asked)
    expect(answer.token_endpoint_auth_signing_alg).toBe('PS256')
    const { client_id } = answer
    let made = 0
    const pushBy = async (alg: string) => {
      const claims = {
        iss: client_id,
        sub: client_id,
        aud: issuer,
        jti: `by-${++made}`,
        exp: server.now + 60,
      }
      const key = await crypto.subtle.importKey(
        'pkcs8',
        (await crypto.subtle.exportKey('pkcs8', privateKey)) as ArrayBuffer,
        { name: alg === 'PS256' ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
        false,
        ['sign'],
      )
      const body = new URLSearchParams({
        response_type: 'code',
        code_challenge: 'a'.repeat(43),
        code_challenge_method: 'S256',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await new SignJWT(claims).setProtectedHeader({ alg }).sign(key),
      })
      const response = await server.fetch('/o/par', { method: 'POST', body })
      const { error, error_description } = await response.json<Partial<Answer>>()
      return [response.status, error, error_description]
    }
    const refused = [401, 'invalid_client', 'The client assertion must be signed with PS256']
    expect(await pushBy('RS256')).toEqual(refused)
    expect(await pushBy('PS256')).toEqual([201, undefined, undefined])
    expect(await (await manage(answer)).json()).toMatchObject({ token_endpoint_auth_signing_alg: 'PS256' })
    const { token_endpoint_auth_signing_alg: _, ...rest } = asked
    expect(await (await manage(answer, 'PUT', { client_id, ...rest })).json()).not.toHaveProperty(
      'token_endpoint_auth_signing_alg',
    )
    expect(await pushBy('RS256')).toEqual([201, undefined, undefined])
  })

  it('honours and returns each registered member, or its documentation says that it is ignored', async () => {
    const all = registeredClientMetadata
    const certificates = startServer({ config: { registration: settings, mtlsHost: 'mtls.example' } })
    const fetching = vi.spyOn(globalThis, 'fetch')
    fetching.mockImplementation(async () => Response.json(all.redirect_uris))
    const returned = async (changes: object): Promise<Answer> => {
      const response = await post({ ...all, ...changes }, {}, certificates)
      expect(await errorOf(response.clone())).toBe('201 undefined')
      return response.json()
    }
    const one = await returned({ jwks_uri: undefined, dpop_bound_access_tokens: undefined })
    const byCertificate = {
      jwks: undefined,
      tls_client_certificate_bound_access_tokens: undefined,
      token_endpoint_auth_method: 'tls_client_auth',
    }
    const other = await returned(byCertificate)
    fetching.mockRestore()
    const [, ignored = ''] = /^Ignored members:(.*?)\n\n/ms.exec(guide) ?? []
    const isIn = (answer: Answer, name: string) => JSON.stringify(answer[name]) === JSON.stringify(all[name])
    const names = Object.keys(all).filter((name) => !isIn(one, name) && !isIn(other, name))
    expect([...ignored.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort()).toEqual(names.sort())
  })

  it('accepts keys beside a secret, and encryption for them', async () => {
    const asked = {
      id_token_encrypted_response_alg: 'ECDH-ES',
      request_object_encryption_alg: 'RSA-OAEP-256',
    }
    const answer = await register({ redirect_uris, jwks: { keys: [encryptionKey] }, ...asked })
    expect(answer).toMatchObject({
      ...asked,
      client_secret: expect.stringMatching(/^lk_/),
      token_endpoint_auth_method: 'client_secret_basic',
      jwks: { keys: [encryptionKey] },
      id_token_encrypted_response_enc: 'A128CBC-HS256',
      request_object_encryption_enc: 'A128CBC-HS256',
    })
    expect(answer).not.toHaveProperty('userinfo_encrypted_response_alg')
    // A client may encrypt its first request at once.
    const jwks = await (await server.fetch('/.well-known/jwks.json')).json()
    expect(jwks).toMatchObject({ keys: expect.arrayContaining([expect.objectContaining({ use: 'enc' })]) })
    const kept = await register({ redirect_uris, jwks_uri: 'https://app.example/jwks', ...asked })
    expect(kept).toMatchObject({ jwks_uri: 'https://app.example/jwks', client_secret: expect.any(String) })
  })

  const withDeep = (member: string, value: (deep: string) => string) =>
    `{"redirect_uris":${JSON.stringify(redirect_uris)},"${member}":${value('['.repeat(1900) + ']'.repeat(1900))}}`
  it.each<readonly [string, unknown, string]>([
    ['a redirect URI with a fragment', { redirect_uris: ['https://app.example/#x'] }, 'invalid_redirect_uri'],
    ['a script as redirect URI', { redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri'],
    ['no redirect URI', {}, 'invalid_redirect_uri'],
    ['redirect URIs that are not a list', { redirect_uris: 'https://app.example' }, 'invalid_redirect_uri'],
    ['an unsupported grant type', { redirect_uris, grant_types: ['password'] }, 'invalid_client_metadata'],
    ['another response type', { redirect_uris, response_types: ['token'] }, 'invalid_client_metadata'],
    [
      'an unknown method',
      { redirect_uris, token_endpoint_auth_method: 'tls_client_auth' },
      'invalid_client_metadata',
    ],
    [
      'private_key_jwt without keys',
      { redirect_uris, token_endpoint_auth_method: 'private_key_jwt' },
      'invalid_client_metadata',
    ],
    ...encryptionFaults.map(
      ([title, members]) =>
        [
          title,
          { redirect_uris, jwks: { keys: [encryptionKey] }, ...members },
          'invalid_client_metadata',
        ] as const,
    ),
    [
      'http for initiate_login_uri',
      { redirect_uris, initiate_login_uri: 'http://app.example' },
      'invalid_client_metadata',
    ],
    [
      'an address that this server does not call',
      { redirect_uris, token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://10.0.0.1/jwks' },
      'invalid_client_metadata',
    ],
    ['a deceptive name', { redirect_uris, client_name: 'Bank\u202e' }, 'invalid_client_metadata'],
    ['a list instead of an object', [], 'invalid_client_metadata'],
    [
      'a key that is nested deep',
      withDeep('jwks', (deep) => `{"keys":[{"kty":"RSA","n":${deep}}]}`),
      'invalid_client_metadata',
    ],
    [
      'an unused member that is nested deep',
      withDeep('client_uri', (deep) => deep),
      'invalid_client_metadata',
    ],
  ])('refuses %s, and names it', async (_, body, error) => {
    const response = await post(body)
    expect(await errorOf(response.clone())).toBe(`400 ${error}`)
    const { error_description }: Answer = await response.json()
    expect(error_description).toMatch(/^[\x20-\x7e]+$/)
  })

  it('writes an example in ASCII, so that it still is one', async () => {
    const response = await post({ redirect_uris, jwks: { keys: [{ kty: 'oct', k: 'a' }] } })
    const { error_description }: Answer = await response.json()
    expect(error_description).toContain("{'keys': [{'kty': 'EC', ...}]}")
  })

  it.each(members.map(([, member]) => member))(
    'refuses %s of another type, and accepts null',
    async (member) => {
      expect(await errorOf(await post({ redirect_uris, [member]: 7 }))).toBe('400 invalid_client_metadata')
      expect((await post({ redirect_uris, [member]: null })).status).toBe(201)
    },
  )

  it('never fetches a URL that a client names', async () => {
    expect(await errorOf(await post('x'.repeat(70_000)))).toBe('400 invalid_client_metadata')
    const wrongType = await server.fetch('/o/register', { method: 'POST', body: '{}' })
    expect(await errorOf(wrongType)).toBe('400 invalid_client_metadata')
  })

  it('creates two clients for the same metadata sent twice', async () => {
    const [one, two] = [await register(), await register()]
    expect(one.client_id).not.toBe(two.client_id)
  })

  it('is off by default, in the metadata too', async () => {
    const closed = startServer()
    expect((await post({ redirect_uris }, {}, closed)).status).toBe(404)
    const path = '/.well-known/oauth-authorization-server'
    expect(await (await closed.fetch(path)).json()).not.toHaveProperty('registration_endpoint')
    expect(await (await server.fetch(path)).json()).toMatchObject({
      registration_endpoint: `${issuer}/o/register`,
    })
  })

  it('requires the initial access token where it is configured', async () => {
    const initialAccessToken = 'only-for-tests-only-for-tests-only-for-tests'
    const guarded = startServer({
      config: { registration: { ...settings, mode: 'token', initialAccessToken } },
    })
    expect((await post({ redirect_uris }, {}, guarded)).status).toBe(401)
    expect((await post({ redirect_uris }, { authorization: 'Bearer wrong' }, guarded)).status).toBe(401)
    const right = { authorization: `Bearer ${initialAccessToken}` }
    expect((await post({ redirect_uris }, right, guarded)).status).toBe(201)
  })

  it('limits the registrations of one network per day', async () => {
    const few = startServer({ config: { registration: { ...settings, mostOfNetwork: 3 } } })
    const from = (address: string) => post({ redirect_uris }, { 'cf-connecting-ip': address }, few)
    for (let i = 0; i < 3; i++) expect((await from('203.0.113.5')).status).toBe(201)
    expect((await from('203.0.113.5')).status).toBe(429)
    expect((await from('203.0.113.6')).status).toBe(201)
    few.now += 86_401
    expect((await from('203.0.113.5')).status).toBe(201)
  })

  it('counts by /64 of IPv6, and ten times as many by /48', async () => {
    const few = startServer({ config: { registration: { ...settings, mostOfNetwork: 1 } } })
    const from = async (address: string) =>
      (await post({ redirect_uris }, { 'cf-connecting-ip': address }, few)).status
    expect([await from('2001:db8:7:0::1'), await from('2001:db8:7:0::2')]).toEqual([201, 429])
    for (let block = 1; block <= 9; block++) expect(await from(`2001:db8:7:${block}::1`)).toBe(201)
    expect(await from('2001:db8:7:10::1')).toBe(429)
    expect(await from('2001:db8:8::1')).toBe(201)
  })
})

describe('managing a registration (RFC 7592)', () => {
  it('reads, replaces and deletes with its own token only', async () => {
    const mine = await register()
    const other = await register()
    const stranger = { ...mine, registration_access_token: other.registration_access_token }
    for (const method of ['GET', 'PUT', 'DELETE']) {
      expect(await errorOf(await manage(stranger, method, method === 'GET' ? undefined : {}))).toBe(
        '401 invalid_token',
      )
    }
    const read: Answer = await (await manage(mine)).json()
    expect(read).toMatchObject({ client_id: mine.client_id, redirect_uris })
    expect(read).not.toHaveProperty('client_secret')

    const changed = { client_id: mine.client_id, redirect_uris: ['https://app.example/other'] }
    const put: Answer = await (await manage(mine, 'PUT', changed)).json()
    expect(put.redirect_uris).toEqual(['https://app.example/other'])
    expect(await errorOf(await manage(mine, 'PUT', { redirect_uris }))).toBe('400 invalid_client_metadata')

    for (const [client_secret, status] of [
      [mine.client_secret, 200],
      ['chosen', 400],
      [other.client_secret, 400],
    ])
      expect((await manage(mine, 'PUT', { ...changed, client_secret })).status).toBe(status)

    expect((await manage(mine, 'DELETE')).status).toBe(204)
    expect(await errorOf(await manage(mine))).toBe('401 invalid_token')
    const { client, secret } = knownAs(mine)
    const form = {
      grant_type: 'refresh_token',
      refresh_token: 'x',
      client_id: client.id,
      client_secret: secret,
    }
    expect(await errorOf(await postToken(server, form))).toBe('401 invalid_client')
  })

  it('removes the trust that an administrator gave, and the sector when hosts change', async () => {
    const mine = await register()
    const { DB } = server.env
    await DB.prepare("UPDATE clients SET trust = 'verified' WHERE id = ?").bind(mine.client_id).run()
    await manage(mine, 'PUT', { client_id: mine.client_id, redirect_uris: ['https://evil.example/cb'] })
    const row = await DB.prepare('SELECT trust, openid FROM clients WHERE id = ?')
      .bind(mine.client_id)
      .first()
    expect(row?.trust).toBe('unverified')
    expect(JSON.parse(String(row?.openid))).toMatchObject({ sector_moved: true })
  })

  it('expires after a week without use, and only then', async () => {
    const [unused, used] = [await register(), await register()]
    const { DB } = server.env
    await DB.prepare('UPDATE clients SET last_used_at = created_at WHERE id = ?').bind(used.client_id).run()
    const later = server.now + 7 * 86_400
    while (await settleRegistrations(DB, later)) {}
    expect((await manage(unused)).status).toBe(401)
    expect((await manage(used)).status).toBe(200)
  })

  it.each([
    ['registered itself', 'gone', ''],
    ['published itself', 'gone', "registered_by = 'document'"],
    ['was registered by a person', 'stays', "registered_by = 'person'"],
    ['was suspended', 'stays', 'suspended_at = 1'],
    ['was verified', 'stays', "trust = 'verified'"],
    [
      'an administrator gave a policy',
      'stays',
      `registered_by = 'document', openid = '{"scope_is_chosen":true}'`,
    ],
    ['was used later', 'stays', `last_used_at = ${startedAt + 86_400}`],
    ['somebody gave access', 'stays', ''],
  ])('expires 90 days after its last use, if it %s: %s', async (who, what, change) => {
    const { DB } = server.env
    const mine = await register()
    const set = (changes: string) =>
      DB.prepare(`UPDATE clients SET ${changes} WHERE id = ?`).bind(mine.client_id).run()
    await set(`last_used_at = ${server.now}`)
    if (change !== '') await set(change)
    if (who.startsWith('somebody'))
      await obtainCode(await server.signedIn(await addUser('eve')), knownAs(mine))
    const found = async (at: number) => {
      while (await deleteDisused(DB, at)) {}
      const row = await DB.prepare('SELECT 1 FROM clients WHERE id = ?').bind(mine.client_id).first()
      return row === null ? 'gone' : 'stays'
    }
    const days = 90 * 86_400
    expect([await found(server.now + days - 1), await found(server.now + days)]).toEqual(['stays', what])
  })

  it('expires many in bounded parts, checking each', async () => {
    const { DB } = server.env
    const first = await register()
    const copies = JSON.stringify(Array.from({ length: 1200 }, (_, i) => i))
    const names = `owner_id, name, name_key, type, grant_type, redirect_uris, post_logout_redirect_uris, allowed_origins, scope,
      access_token_format, openid, created_at, updated_at`
    await DB.batch([
      DB.prepare(
        `INSERT INTO clients (id, ${names}, last_used_at) SELECT 'copy' || value, ${names}, iif(value % 100 = 0 OR value = 501, 1, NULL)
         FROM clients, (SELECT value FROM json_each(?2)) WHERE id = ?1`,
      ).bind(first.client_id, copies),
      DB.prepare(
        `INSERT INTO client_registrations (client_id, token_hash, auth_method, told, origin, created_at)
         SELECT 'copy' || value, 'a', 'none', '{}', 'a', 1 + value FROM json_each(?)`,
      ).bind(copies),
    ])
    let parts = 0
    while (await settleRegistrations(DB, server.now)) parts++
    expect(parts).toBeGreaterThan(1)
    const left = await DB.prepare(`SELECT count(*) AS n FROM clients WHERE id LIKE 'copy%'`).first('n')
    expect(left).toBe(13)
  })
})

describe('a stranger with very many unused clients', () => {
  const strangers = 10_000
  const countStrangers = () =>
    server.env.DB.prepare("SELECT count(*) AS n FROM clients WHERE id LIKE 'stranger%'").first<number>('n')
  const found = async (one: Answer) => (await manage(one)).status === 200
  let kept: readonly (readonly [how: string, client: Answer])[] = []
  let unused: Answer

  beforeAll(async () => {
    const { DB } = server.env
    await DB.prepare('DELETE FROM client_registrations').run()
    const person = await server.signedIn(await addUser('person'))
    const allowed = await register()
    await obtainCode(person, knownAs(allowed))
    await DB.prepare('DELETE FROM authorizations WHERE client_id = ?').bind(allowed.client_id).run()
    const started = await register()
    await obtainCode(person, knownAs(started))
    await DB.prepare('DELETE FROM consents WHERE client_id = ?').bind(started.client_id).run()
    const [used, trusted, approved] = [await register(), await register(), await register()]
    const set = (one: Answer, change: string) =>
      DB.prepare(`UPDATE clients SET ${change} WHERE id = ?`).bind(one.client_id).run()
    await set(used, 'last_used_at = 1')
    await set(trusted, "trust = 'verified'")
    await set(approved, "suspended_at = 1, approval = 'waiting'")
    const administrator = await server.signedIn(await addUser('root', 'administrator'))
    const page = await administrator.get(`/admin/applications/${approved.client_id}/approval`)
    expect((await page.submit({ decision: 'approve' })).status).toBe(303)
    unused = await register()
    kept = Object.entries({ allowed, started, used, trusted, approved })
    // All of them are older than those of the stranger.
    const names = `owner_id, name, name_key, type, grant_type, redirect_uris, post_logout_redirect_uris, allowed_origins, scope,
      access_token_format, openid, created_at, updated_at, registered_by`
    const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${strangers})`
    await DB.batch([
      DB.prepare('UPDATE client_registrations SET created_at = created_at - 86400'),
      DB.prepare(
        `${numbers} INSERT INTO clients (id, ${names}, last_used_at) SELECT 'used' || i, ${names}, 1 FROM n, clients WHERE id = ? AND i <= 30`,
      ).bind(unused.client_id),
      DB.prepare(
        `INSERT INTO client_registrations (client_id, token_hash, auth_method, told, origin, created_at)
         SELECT id, 'a', 'none', '{}', 'site.block', 1 FROM clients WHERE id LIKE 'used%'`,
      ),
      DB.prepare(
        `${numbers} INSERT INTO clients (id, ${names}) SELECT 'stranger' || i, ${names} FROM n, clients WHERE id = ?`,
      ).bind(unused.client_id),
      DB.prepare(
        `${numbers} INSERT INTO client_registrations (client_id, token_hash, auth_method, told, origin, created_at)
         SELECT 'stranger' || i, 'a', 'none', '{}', 'site' || (i % 20) || '.block' || i, ${server.now} - ${strangers} + i FROM n`,
      ),
    ])
  })

  it('has nothing replaced by a network that has used up its own', async () => {
    const at = startServer({ config: { registration: { ...settings, mostOfNetwork: 0 } } })
    const before = await countStrangers()
    expect((await post({ redirect_uris }, {}, at)).status).toBe(429)
    expect([await countStrangers(), await found(unused)]).toEqual([before, true])
  })

  it('keeps nobody from registering: the oldest unused clients go, and can register again', async () => {
    const twice = startServer({ config: { registration: settings }, bindings: { DB: everyBatchTwice() } })
    for (let i = 0; i < 12; i++) expect((await post({ redirect_uris }, {}, twice)).status).toBe(201)
    expect(await found(unused)).toBe(false)
    const form = { grant_type: 'refresh_token', refresh_token: 'x', client_id: unused.client_id }
    expect(
      await errorOf(await postToken(server, { ...form, client_secret: unused.client_secret ?? '' })),
    ).toBe('401 invalid_client')
    expect(await found(await register())).toBe(true)
    // Two for each, however often a batch is executed.
    expect(Number(await countStrangers())).toBeGreaterThan(strangers - 28)
  })

  it('costs nobody a client that is used, allowed, trusted or approved', async () => {
    for (let i = 0; i < 30; i++) await register()
    while (await settleRegistrations(server.env.DB, server.now)) {}
    expect(await Promise.all(kept.map(async ([how, one]) => [how, await found(one)]))).toEqual(
      kept.map(([how]) => [how, true]),
    )
    const used = await server.env.DB.prepare("SELECT count(*) AS n FROM clients WHERE id LIKE 'used%'").first(
      'n',
    )
    expect(used).toBe(30)
  })

  it('is brought back to the limit by the schedule', async () => {
    const { DB } = server.env
    await DB.prepare(
      `UPDATE client_registrations SET settled = 0 WHERE client_id IN (SELECT value FROM json_each(?))`,
    )
      .bind(JSON.stringify(kept.flatMap(([how, one]) => (how === 'approved' ? [] : [one.client_id]))))
      .run()
    await DB.prepare(
      `INSERT INTO client_registrations (client_id, token_hash, auth_method, told, origin, created_at)
       SELECT id, 'a', 'none', '{}', 'site.block', ${server.now} FROM clients
       WHERE NOT EXISTS (SELECT 1 FROM client_registrations WHERE client_id = clients.id)`,
    ).run()
    while (await settleRegistrations(DB, server.now)) {}
    const left = await DB.prepare('SELECT count(*) AS n FROM client_registrations WHERE settled = 0').first(
      'n',
    )
    expect(Number(left)).toBeLessThanOrEqual(strangers)
    expect((await Promise.all(kept.map(([, one]) => found(one)))).every(Boolean)).toBe(true)
  })
})
