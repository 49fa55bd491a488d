import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { remote } from './remote.ts'
import { isSecureUrl, type Settings } from './settings.ts'
import { Unavailable } from './unavailable.ts'

/** Time limit for an answer of the server, in milliseconds. */
const patience = 5000

export interface AuthorizationServer {
  /** The key that a token names. An unknown key id fetches the keys again, at most once in 30 seconds. */
  readonly key: JWTVerifyGetKey
  /** POSTs a form to the introspection endpoint. Returns the JSON object of a 200 answer, or throws `Unavailable`. */
  introspect(form: URLSearchParams, authorization: string): Promise<Readonly<Record<string, unknown>>>
}

interface Endpoints {
  readonly jwks: string | undefined
  readonly introspection: string | undefined
}

type KeySet = ReturnType<typeof createLocalJWKSet>

export function authorizationServer(settings: Settings): AuthorizationServer {
  const { now } = settings
  const endpoints = remote(() => discover(settings), { fresh: 3600, stale: 86_400, cooldown: 30 }, now)
  const keys = remote(loadKeys, { fresh: 600, stale: 3600, cooldown: 30 }, now)

  async function loadKeys(): Promise<KeySet> {
    const url = settings.jwksUri ?? (await endpoints.get()).jwks
    if (url === undefined) throw new Unavailable(`${settings.issuer} names no jwks_uri in its metadata`)
    const set = await objectOf(await ask(settings, url), url)
    try {
      // createLocalJWKSet checks the structure itself, and throws when it is wrong.
      return createLocalJWKSet(set as unknown as JSONWebKeySet)
    } catch (cause) {
      throw new Unavailable(`${url} is not a JWK Set`, { cause })
    }
  }

  return {
    async key(header, token) {
      const set = await keys.get()
      try {
        return await set(header, token)
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
        const newer = await keys.newer()
        if (newer === undefined) throw error
        return newer(header, token)
      }
    },
    async introspect(form, authorization) {
      const url = settings.introspectionEndpoint ?? (await endpoints.get()).introspection
      if (url === undefined) {
        throw new Unavailable(`${settings.issuer} names no introspection_endpoint in its metadata`)
      }
      const response = await ask(settings, url, { method: 'POST', body: form, headers: { authorization } })
      if (response.status === 401 || response.status === 403) {
        await response.body?.cancel()
        throw new Unavailable(`${url} refuses the clientId and clientSecret of this API: ${response.status}`)
      }
      return objectOf(response, url)
    },
  }
}

/** RFC 8414 §3.1, with OpenID Connect Discovery §4 as the fallback. */
async function discover(settings: Settings): Promise<Endpoints> {
  const { issuer } = settings
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const places = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
  for (const place of places) {
    const response = await ask(settings, place)
    if (response.status === 404) continue
    const found = await objectOf(response, place)
    // RFC 8414 §3.3: another issuer's metadata must not be used.
    if (found.issuer !== issuer) throw new Unavailable(`${place} belongs to another issuer than ${issuer}`)
    return {
      jwks: endpoint(found.jwks_uri, 'jwks_uri'),
      introspection: endpoint(found.introspection_endpoint, 'introspection_endpoint'),
    }
  }
  throw new Unavailable(`${issuer} has no metadata (RFC 8414)`)
}

function endpoint(value: unknown, name: string): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && isSecureUrl(value)) return value
  throw new Unavailable(`The server's metadata contains a ${name} that is not an https URL`)
}

async function ask(settings: Settings, url: string, init: RequestInit = {}): Promise<Response> {
  const headers = { accept: 'application/json', ...init.headers }
  // A redirect is an answer other than 200: neither keys nor secrets follow one.
  const complete: RequestInit = {
    ...init,
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(patience),
  }
  try {
    return await settings.fetch(url, complete)
  } catch (cause) {
    throw new Unavailable(`${url} does not answer: ${cause}`, { cause })
  }
}

async function objectOf(response: Response, url: string): Promise<Readonly<Record<string, unknown>>> {
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Unavailable(`${url} answers ${response.status}`)
  }
  const body: unknown = await response.json().catch(() => undefined)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Unavailable(`${url} does not answer with a JSON object`)
  }
  return body as Record<string, unknown>
}
