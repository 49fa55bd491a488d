import { createHash } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import { vi } from 'vitest'
import type { Page } from './browser.ts'
import { startedAt } from './server.ts'

/** A person at the provider: the claims about them. */
export type Person = Readonly<Record<string, unknown>>

interface Issued {
  readonly request: URLSearchParams
  readonly person: Person
  readonly claims: JWTPayload
}

/** An answer in place of the one that an endpoint would give. */
type Replaced = (request: {
  readonly url: URL
  readonly body: URLSearchParams
  readonly headers: Headers
}) => Response | undefined | Promise<Response | undefined>

/** A strict OpenID provider at an origin of its own, or a plain OAuth 2 one without an issuer. It checks what it is sent. */
export class Provider {
  readonly origin: string
  readonly calls: { readonly path: string; readonly body: URLSearchParams; readonly headers: Headers }[] = []
  /** Changes of its metadata. */
  metadata: Readonly<Record<string, unknown>> = {}
  replaced: Replaced = () => undefined
  now = () => startedAt
  #keys: { readonly jwk: JWK; readonly privateKey: CryptoKey }[] = []
  readonly #codes = new Map<string, Issued>()
  readonly #tokens = new Map<string, Issued>()
  #made = 0

  constructor(origin: string) {
    this.origin = origin
  }

  /** From now on it signs with a new key, and publishes no other. An RSA key takes a thousand times longer to make. */
  async changeKeys(alg = 'ES256'): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), kid: `key-${++this.#made}`, alg }
    this.#keys = [{ jwk, privateKey }]
  }

  /** The person agrees: the redirect back, as a path here. `claims` change those of the ID token; `answer` the parameters. */
  answer(
    redirect: Page | string,
    person: Person,
    { claims = {}, answer = {} }: { claims?: JWTPayload; answer?: Record<string, string | undefined> } = {},
  ): string {
    const request = new URL(typeof redirect === 'string' ? redirect : redirect.location)
    if (request.origin !== this.origin) throw new Error(`Not a redirect to ${this.origin}: ${request.href}`)
    const code = `code-${++this.#made}`
    this.#codes.set(code, { request: request.searchParams, person, claims })
    const back = new URL(request.searchParams.get('redirect_uri') ?? '')
    const said = { code, state: request.searchParams.get('state') ?? '', ...answer }
    for (const [name, value] of Object.entries(said))
      if (value !== undefined) back.searchParams.set(name, value)
    return back.pathname + back.search
  }

  async fetch(url: URL, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    const body = init.body instanceof URLSearchParams ? init.body : new URLSearchParams()
    this.calls.push({ path: url.pathname, body, headers })
    const replaced = await this.replaced({ url, body, headers })
    if (replaced !== undefined) return replaced
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return Response.json(this.#discovery())
      case '/jwks':
        return Response.json({ keys: this.#keys.map(({ jwk }) => jwk) })
      case '/token':
        return this.#token(body)
      case '/user':
      case '/emails': {
        const issued = this.#tokens.get((headers.get('authorization') ?? '').replace('Bearer ', ''))
        if (issued === undefined) return new Response(null, { status: 401 })
        return Response.json(url.pathname === '/emails' ? issued.person.emails : issued.person)
      }
      default:
        return new Response(null, { status: 404 })
    }
  }

  #discovery() {
    return {
      issuer: this.origin,
      authorization_endpoint: `${this.origin}/authorize`,
      token_endpoint: `${this.origin}/token`,
      userinfo_endpoint: `${this.origin}/user`,
      jwks_uri: `${this.origin}/jwks`,
      ...this.metadata,
    }
  }

  async #token(body: URLSearchParams): Promise<Response> {
    const code = body.get('code') ?? ''
    const issued = this.#codes.get(code)
    this.#codes.delete(code)
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url')
    const isRight =
      issued?.request.get('redirect_uri') === body.get('redirect_uri') &&
      issued?.request.get('code_challenge') === challenge
    if (issued === undefined || !isRight) return Response.json({ error: 'invalid_grant' }, { status: 400 })
    const access_token = `access-${++this.#made}`
    this.#tokens.set(access_token, issued)
    const id_token = issued.request.has('nonce') ? await this.#idToken(issued) : undefined
    return Response.json({ access_token, token_type: 'Bearer', id_token })
  }

  async #idToken({ request, person, claims }: Issued): Promise<string> {
    const [key] = this.#keys
    if (key === undefined) throw new Error('The provider has no key')
    const { kid = '', alg = '' } = key.jwk
    const { emails: _, ...said } = person
    const payload = {
      iss: this.origin,
      aud: request.get('client_id') ?? '',
      nonce: request.get('nonce'),
      iat: this.now(),
      exp: this.now() + 300,
      ...(request.has('max_age') ? { auth_time: this.now() } : {}),
      ...said,
      ...claims,
    }
    return new SignJWT(payload).setProtectedHeader({ alg, kid }).sign(key.privateKey)
  }
}

/** Represents these providers for everything that the server calls. Undone by `vi.restoreAllMocks()`. */
export function serveProviders(...providers: readonly Provider[]): void {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : String(input))
    const provider = providers.find(({ origin }) => origin === url.origin)
    if (provider === undefined) throw new TypeError(`Nobody serves ${url.origin}`)
    return provider.fetch(url, init)
  })
}
