import { beforeAll, describe, expect, it } from 'vitest'
import { codeRequest, obtainCode, postToken } from '../flow.ts'
import { addClient, addUser, applySchema, type Registered, startServer } from '../server.ts'

const server = startServer()
let registered: Registered
let other: Registered

beforeAll(async () => {
  await applySchema()
  const owner = await addUser('ada')
  registered = await addClient(owner, { type: 'public', allowedOrigins: ['https://spa.example'] })
  other = await addClient(owner, { redirectUris: ['https://other.example/cb'] })
})

function allowed(response: Response): string | null {
  expect(response.headers.get('Vary')).toContain('Origin')
  const origin = response.headers.get('Access-Control-Allow-Origin')
  // keycloak-js sends its token request with `credentials: 'include'`. Never with `*`: browsers refuse that.
  const withCredentials = origin === null || origin === '*' ? null : 'true'
  expect(response.headers.get('Access-Control-Allow-Credentials')).toBe(withCredentials)
  return origin
}

describe('the token endpoint and scripts', () => {
  it.each(['https://spa.example', 'https://app.example'])('lets %s read an answer', async (origin) => {
    const browser = await server.signedIn(await addUser(`user-of-${origin.slice(8, 11)}`))
    const code = await obtainCode(browser, registered)
    const response = await postToken(server, codeRequest(registered, code), { Origin: origin })
    expect(response.status).toBe(200)
    expect(allowed(response)).toBe(origin)
  })

  it.each([
    'https://other.example',
    'https://evil.example',
    'http://spa.example',
    'https://spa.example:444',
    'null',
  ])('does not let %s read one', async (origin) => {
    const response = await postToken(server, codeRequest(registered, 'lkc_x'), { Origin: origin })
    expect(allowed(response)).toBeNull()
  })

  it('lets the application’s origin read its errors, including a wrong secret and a wrong content type', async () => {
    const origin = 'https://other.example'
    const wrong = await postToken(
      server,
      { ...codeRequest(other, 'x'), client_secret: 'wrong' },
      { Origin: origin },
    )
    expect([wrong.status, allowed(wrong)]).toEqual([401, origin])
    const grant = await postToken(server, codeRequest(other, 'lkc_x'), { Origin: origin })
    expect([grant.status, allowed(grant)]).toEqual([400, origin])
  })

  it('lets any registered origin read that its client is unknown or its body is not a form', async () => {
    const origin = 'https://other.example'
    const unknown = await postToken(
      server,
      { grant_type: 'refresh_token', client_id: 'nobody' },
      { Origin: origin },
    )
    expect([unknown.status, allowed(unknown)]).toEqual([401, origin])
    const init = {
      method: 'POST',
      body: '{}',
      headers: { Origin: origin, 'Content-Type': 'application/json' },
    }
    const json = await server.fetch('/o/token', init)
    expect([json.status, allowed(json)]).toEqual([415, origin])
    const stranger = await postToken(server, { client_id: 'nobody' }, { Origin: 'https://evil.example' })
    expect(allowed(stranger)).toBeNull()
  })

  it('answers without Origin too, and varies on it', async () => {
    expect(allowed(await postToken(server, codeRequest(registered, 'lkc_x')))).toBeNull()
  })
})

describe('the preflight', () => {
  const preflight = (origin: string, headers = 'authorization, X-Requested-With, x-evil') =>
    server.fetch('/o/token', {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': headers,
      },
    })

  it('is answered for every registered origin, with the known headers', async () => {
    for (const origin of ['https://spa.example', 'https://other.example']) {
      const response = await preflight(origin)
      expect(response.status).toBe(204)
      expect(allowed(response)).toBe(origin)
      expect(response.headers.get('Access-Control-Allow-Headers')).toBe('authorization, x-requested-with')
      expect(response.headers.get('Access-Control-Allow-Methods')).toBe('POST')
    }
  })

  it('allows the headers that observability and agents add to a request', async () => {
    const headers = 'traceparent, tracestate, baggage, X-Requested-With, MCP-Protocol-Version, DPoP'
    const response = await preflight('https://spa.example', headers)
    expect(response.headers.get('Access-Control-Allow-Headers')).toBe(headers.toLowerCase())
    const answer = await postToken(server, codeRequest(registered, 'x'), { Origin: 'https://spa.example' })
    expect(answer.headers.get('Access-Control-Expose-Headers')).toBe(
      'WWW-Authenticate, Retry-After, DPoP-Nonce',
    )
  })

  it('covers every port of a registered loopback host (RFC 8252 §7.3), and so does the answer', async () => {
    const owner = await addUser('native')
    const native = await addClient(owner, {
      type: 'public',
      redirectUris: ['http://localhost:8001/callback', 'http://127.0.0.1/'],
    })
    const cases: [string, boolean][] = [
      ['http://localhost:8001', true],
      ['http://localhost:8002', true],
      ['http://localhost', true],
      ['http://127.0.0.1:5173', true],
      ['http://[::1]:8001', false],
      ['https://localhost:8001', false],
      ['http://localhost:80:1', false],
      ['http://localhost:8001.evil.example', false],
      ['http://localhost.evil.example:8001', false],
      ['http://localhost;8001', false],
      ['http://user@localhost:8001', false],
    ]
    for (const [origin, isAllowed] of cases) {
      expect([origin, allowed(await preflight(origin))]).toEqual([origin, isAllowed ? origin : null])
      const answer = await postToken(server, codeRequest(native, 'x'), { Origin: origin })
      expect([origin, allowed(answer)]).toEqual([origin, isAllowed ? origin : null])
      const foreign = await postToken(server, codeRequest(other, 'x'), { Origin: origin })
      expect([origin, allowed(foreign)]).toEqual([origin, null])
    }
  })

  it('is refused to other origins', async () => {
    expect(allowed(await preflight('https://evil.example'))).toBeNull()
  })
})

describe('the tutorial’s shortcut CORS_ALLOW_ALL_ORIGINS', () => {
  it('allows every origin', async () => {
    const open = startServer({ config: { corsAllowAllOrigins: true } })
    expect(
      allowed(await postToken(open, codeRequest(registered, 'lkc_x'), { Origin: 'https://evil.example' })),
    ).toBe('https://evil.example')
  })
})

describe('discovery and keys', () => {
  it.each(['/.well-known/oauth-authorization-server', '/.well-known/jwks.json'])(
    '%s is for everybody',
    async (path) => {
      const response = await server.fetch(path, { headers: { Origin: 'https://evil.example' } })
      expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*')
    },
  )
})

describe('pages', () => {
  it("can't be read by a script of another origin", async () => {
    const response = await server.fetch('/login', { headers: { Origin: 'https://spa.example' } })
    expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull()
  })
})
