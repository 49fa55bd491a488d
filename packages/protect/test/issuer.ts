import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import type { Options as FetchOptions } from '../src/index.ts'

/** Options of an API on any kind of server. */
export type Options = Omit<FetchOptions, 'certificate'>

export const issuer = 'https://id.example.com'
export const audience = 'https://api.example.com'
export const startedAt = 1_800_000_000

interface Key {
  readonly kid: string
  readonly alg: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

export async function makeKey(kid: string, alg = 'ES256'): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

type Answerer = (request: { readonly headers: Headers; readonly form: URLSearchParams }) => unknown

/** An authorization server controlled by a test: its clock, its keys, its answers, and whether it is reachable. */
export class Issuer {
  now = startedAt
  readonly keys: Key[] = []
  /** Requested paths, in order. */
  readonly asked: string[] = []
  /** Paths that do not answer. */
  readonly down = new Set<string>()
  /** Answers by path: a Response, or an object to be sent as JSON. */
  readonly answers = new Map<string, Answerer>()
  readonly reasons: string[] = []

  static async start(): Promise<Issuer> {
    const server = new Issuer()
    server.keys.push(await makeKey('first'))
    server.answers.set('/.well-known/oauth-authorization-server', () => ({
      issuer,
      jwks_uri: `${issuer}/keys`,
      introspection_endpoint: `${issuer}/introspect`,
    }))
    server.answers.set('/keys', () => ({ keys: server.keys.map(({ publicJwk }) => publicJwk) }))
    return server
  }

  /** Options of an API of this server. */
  options(changes: Partial<Options> = {}): Options {
    return {
      issuer,
      audience,
      fetch: (url, init) => this.#answer(url, init),
      now: () => this.now,
      onUnavailable: ({ message }) => void this.reasons.push(message),
      ...changes,
    }
  }

  async #answer(url: string, init: RequestInit): Promise<Response> {
    const { pathname } = new URL(url)
    this.asked.push(pathname)
    if (init.redirect !== 'manual') throw new Error('Keys and secrets follow no redirect')
    if (this.down.has(pathname)) throw new TypeError('fetch failed')
    const form = new URLSearchParams(String(init.body ?? ''))
    const answer = this.answers.get(pathname)?.({ headers: new Headers(init.headers), form })
    if (answer === undefined) return new Response('Not here', { status: 404 })
    return answer instanceof Response ? answer : Response.json(answer)
  }

  /** The claims of a valid access token. */
  claims(): Record<string, unknown> {
    return {
      iss: issuer,
      aud: audience,
      sub: 'ada',
      client_id: 'notes',
      scope: 'read write',
      jti: 'token-1',
      iat: this.now,
      exp: this.now + 300,
    }
  }

  /** A token with these claims and header parameters changed; undefined leaves one out. */
  async token(
    claims: Readonly<Record<string, unknown>> = {},
    header: Readonly<Record<string, unknown>> = {},
    key: Key | undefined = this.keys[0],
  ): Promise<string> {
    if (key === undefined) throw new Error('There is no key')
    return new SignJWT({ ...this.claims(), ...claims })
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header })
      .sign(key.privateKey)
  }
}
