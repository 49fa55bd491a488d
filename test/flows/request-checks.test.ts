import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultClientOpenid } from '../../src/rules/clients/client.ts'
import { type RequestEndpoint, requestChecks } from '../../src/rules/requests/checks.ts'
import type { Browser } from '../browser.ts'
import { answerOf, authorizePath, requestOf } from '../flow.ts'
import { addClient, addUser, applySchema, type Registered, type Server, startServer } from '../server.ts'

/** A request with one error, and the refusal of the check that finds it. */
interface Wrong {
  readonly client?: Client
  readonly changes?: Readonly<Record<string, string | undefined>>
  readonly error: string
  readonly says: RegExp
  /** The errors of endpoints without this check that refuse the request for another reason. */
  readonly elsewhere?: Readonly<Partial<Record<RequestEndpoint, string>>>
}

const names = ['good', 'fapi', 'mcp', 'suspended', 'device only', 'code only', 'pushed only'] as const
type Client = (typeof names)[number]

/** `undefined` for a check that only reads. */
const wrong: Readonly<Record<keyof typeof requestChecks, Wrong | undefined>> = {
  wellFormed: { changes: { ui_locales: '\0' }, error: 'invalid_request', says: /control character/ },
  resource: { changes: { resource: 'notes' }, error: 'invalid_target', says: /absolute URI/ },
  claims: { changes: { claims: '{' }, error: 'invalid_request', says: /claims is not JSON/ },
  clientIsActive: {
    client: 'suspended',
    error: 'unauthorized_client',
    says: /suspended/,
    elsewhere: { device: 'invalid_client', pushed: 'invalid_client', backchannel: 'invalid_client' },
  },
  profile: {
    client: 'fapi',
    error: 'unauthorized_client',
    says: /does not allow the way in which it authenticates/,
    elsewhere: { pushed: 'invalid_client', device: 'invalid_client', backchannel: 'invalid_client' },
  },
  authorizationCode: { client: 'device only', error: 'unauthorized_client', says: /authorization_code/ },
  deviceCode: {
    client: 'code only',
    error: 'unauthorized_client',
    says: /device code/,
    elsewhere: { backchannel: 'unauthorized_client' },
  },
  backchannelGrant: {
    client: 'code only',
    error: 'unauthorized_client',
    says: /backchannel authentication/,
    elsewhere: { device: 'unauthorized_client' },
  },
  request: {
    changes: { request: 'eyJ' },
    error: 'request_not_supported',
    says: /Request objects/,
    elsewhere: { backchannel: 'invalid_request' },
  },
  signedBackchannel: {
    changes: { request: 'eyJ' },
    error: 'invalid_request',
    says: /beside the signed request/,
    elsewhere: { authorization: 'request_not_supported', pushed: 'request_not_supported' },
  },
  requestUri: {
    changes: { request_uri: 'urn:x' },
    error: 'request_uri_not_supported',
    says: /request_uri/,
    elsewhere: { pushed: 'invalid_request' },
  },
  pushedRequestUri: {
    changes: { request_uri: 'urn:x' },
    error: 'invalid_request',
    says: /contain request_uri/,
    elsewhere: { authorization: 'request_uri_not_supported' },
  },
  redirectUri: {
    changes: { redirect_uri: 'https://other.example/' },
    error: 'invalid_request',
    says: /not registered/,
    elsewhere: { authorization: 'page' },
  },
  pushedOnly: { client: 'pushed only', error: 'invalid_request', says: /must be pushed first/ },
  namedResource: { client: 'mcp', error: 'invalid_target', says: /resource is missing/ },
  responseType: { changes: { response_type: 'token' }, error: 'unsupported_response_type', says: /code/ },
  responseMode: { changes: { response_mode: 'web' }, error: 'invalid_request', says: /response_mode/ },
  scope: { changes: { scope: 'a"b' }, error: 'invalid_scope', says: /Not a valid scope name/ },
  openidScope: { changes: { scope: 'read' }, error: 'invalid_scope', says: /must contain openid/ },
  details: {
    changes: { authorization_details: '[{"type":"unknown"}]' },
    error: 'invalid_authorization_details',
    says: /Unknown type/,
  },
  codeChallenge: {
    changes: { code_challenge: 'short' },
    error: 'invalid_request',
    says: /code_challenge must be/,
  },
  dpopJkt: { changes: { dpop_jkt: 'short' }, error: 'invalid_request', says: /dpop_jkt/ },
  prompt: { changes: { prompt: 'sing' }, error: 'invalid_request', says: /prompt must be/ },
  maxAge: { changes: { max_age: '-1' }, error: 'invalid_request', says: /max_age/ },
  nonce: undefined,
  acrValues: undefined,
  idTokenHint: undefined,
  granted: { changes: { scope: 'everything' }, error: 'invalid_scope', says: /Unknown scope: everything/ },
}

let server: Server
let browser: Browser
let clients: Readonly<Record<Client, Registered>>
/** The same for backchannel authentication, which needs a secret. */
const asking: Partial<Record<Client, Registered>> = {}
let people = 0

beforeAll(async () => {
  await applySchema()
  server = startServer()
  const ada = await addUser('ada')
  const redirectUris = ['https://app.example/callback']
  const openid = { ...defaultClientOpenid, pushedOnly: true }
  const [good, suspended, deviceOnly, codeOnly, pushedOnly] = [
    await addClient(ada, { type: 'public', redirectUris, furtherGrantTypes: ['device-code'] }),
    await addClient(ada, { type: 'public', redirectUris, furtherGrantTypes: ['device-code'] }),
    await addClient(ada, { type: 'public', redirectUris, grantType: 'device-code' }),
    await addClient(ada, { type: 'public', redirectUris }),
    await addClient(ada, { type: 'public', redirectUris, furtherGrantTypes: ['device-code'], openid }),
  ]
  const further = { type: 'public', redirectUris, furtherGrantTypes: ['device-code'] } as const
  for (const name of names) {
    const grants = name === 'code only' ? [] : (['backchannel'] as const)
    const profile = ({ fapi: 'fapi-2.0', mcp: 'mcp' } as const)[String(name)]
    asking[name] = await addClient(ada, {
      redirectUris,
      furtherGrantTypes: grants,
      trust: 'verified',
      openid: { ...defaultClientOpenid, ...(profile && { profile }) },
    })
  }
  const fapi = await addClient(ada, { ...further, openid: { ...defaultClientOpenid, profile: 'fapi-2.0' } })
  const mcp = await addClient(ada, { ...further, openid: { ...defaultClientOpenid, profile: 'mcp' } })
  clients = {
    fapi,
    mcp,
    good,
    suspended,
    'device only': deviceOnly,
    'code only': codeOnly,
    'pushed only': pushedOnly,
  }
  await env.DB.prepare('UPDATE clients SET suspended_at = 1 WHERE id IN (?, ?)')
    .bind(suspended.client.id, asking.suspended?.client.id)
    .run()
  browser = await server.signedIn(ada)
})

interface Answer {
  readonly error: string | undefined
  readonly description: string
}

/** One request at each endpoint, valid except for the changes. */
const ask: Readonly<Record<RequestEndpoint, (wrong: Partial<Wrong>) => Promise<Answer>>> = {
  async authorization({ client = 'good', changes = {} }) {
    const page = await browser.get(authorizePath(clients[client], changes))
    if (page.status === 200) return { error: undefined, description: '' }
    if (page.location === '') return { error: 'page', description: page.text }
    const answer = answerOf(page)
    return { error: answer.get('error') ?? undefined, description: answer.get('error_description') ?? '' }
  },
  pushed: ({ client = 'good', changes = {} }) => post('/o/par', requestOf(clients[client], changes)),
  device: ({ client = 'good', changes = {} }) => {
    const form = Object.entries({ client_id: clients[client].client.id, scope: 'read', ...changes })
    const sent = form.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
    return post('/o/device-authorization', new URLSearchParams(sent))
  },
  async backchannel({ client = 'good', changes = {} }) {
    const { client: known, secret } = asking[client] ?? expect.fail(client)
    // One person gets few requests.
    const { username } = await addUser(`person${people++}`)
    const own = { client_id: known.id, client_secret: secret, login_hint: username, scope: 'openid read' }
    const sent = Object.entries({ ...own, ...changes }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    )
    return post('/o/backchannel-authentication', new URLSearchParams(sent))
  },
}

async function post(path: string, body: URLSearchParams): Promise<Answer> {
  const response = await server.fetch(path, { method: 'POST', body })
  const { error, error_description = '' } = await response.json<Record<string, string | undefined>>()
  return { error, description: error_description }
}

const endpoints: readonly RequestEndpoint[] = ['authorization', 'pushed', 'device', 'backchannel']

describe.each(endpoints)('a request to the %s endpoint', (endpoint) => {
  it('is accepted when nothing is wrong', async () => {
    expect((await ask[endpoint]({})).error).toBeUndefined()
  })

  it.each(Object.entries(wrong).flatMap(([name, sample]) => (sample ? [{ name, sample }] : [])))(
    '$name',
    async ({ name, sample }) => {
      const { error, description } = await ask[endpoint](sample)
      const check = Object.entries(requestChecks).find(([row]) => row === name)?.[1]
      if (check?.at.some((one) => one === endpoint)) {
        expect(error).toBe(sample.error)
        expect(description).toMatch(sample.says)
      } else {
        expect(error).toBe(sample.elsewhere?.[endpoint])
      }
    },
  )
})
