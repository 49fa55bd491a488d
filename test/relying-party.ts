import { createHash } from 'node:crypto'
import { createLocalJWKSet, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose'
import { expect } from 'vitest'
import { randomText } from '../src/secrets/secret.ts'
import type { Page } from './browser.ts'
import { issuer, type Registered, type Server } from './server.ts'

export type ResponseMode = 'query' | 'form_post'
export type Authentication = 'client_secret_basic' | 'client_secret_post'
export type Parameters = Readonly<Record<string, string | undefined>>

export interface TokenSet {
  readonly access_token: string
  readonly token_type: string
  readonly expires_in: number
  readonly scope: string
  readonly refresh_token: string
  readonly id_token: string
}

/** Claims of our ID tokens beyond those of every JWT. */
export interface IdTokenClaims extends JWTPayload {
  readonly auth_time: number
  readonly acr: string
  readonly amr: readonly string[]
  readonly sid: string
  readonly nonce?: string
}

/** An OpenID Connect client that trusts nothing: it checks every answer as the specifications require. */
export class RelyingParty {
  readonly server: Server
  readonly registered: Registered
  readonly mode: ResponseMode
  readonly authentication: Authentication
  #sent = { state: '', nonce: '' }

  constructor(
    server: Server,
    registered: Registered,
    mode: ResponseMode = 'query',
    authentication: Authentication = 'client_secret_basic',
  ) {
    this.server = server
    this.registered = registered
    this.mode = mode
    this.authentication = authentication
  }

  get redirectUri(): string {
    return this.registered.client.redirectUris[0] ?? ''
  }

  /** The way to the authorization endpoint; `undefined` leaves a parameter out. */
  request(changes: Parameters = {}): string {
    this.#sent = { state: randomText(24), nonce: randomText(24) }
    const parameters: Parameters = {
      client_id: this.registered.client.id,
      response_type: 'code',
      redirect_uri: this.redirectUri,
      scope: 'openid',
      response_mode: this.mode === 'query' ? undefined : this.mode,
      ...this.#sent,
      ...changes,
    }
    this.#sent = { state: parameters.state ?? '', nonce: parameters.nonce ?? '' }
    return `/o/authorize?${formOf(parameters)}`
  }

  /** The answer at the redirect URI: `state` as sent, `iss`, and no unknown parameter (RFC 6749 §4.1.2, RFC 9207). */
  answer(page: Page): URLSearchParams {
    const received = this.mode === 'query' ? this.#fromQuery(page) : this.#fromForm(page)
    expect(received.get('state') ?? '').toBe(this.#sent.state)
    expect(received.get('iss')).toBe(issuer)
    const known = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri']
    expect([...received.keys()].filter((name) => !known.includes(name))).toEqual([])
    expect(received.has('code')).toBe(!received.has('error'))
    return received
  }

  #fromQuery(page: Page): URLSearchParams {
    expect(page.status, page.text).toBe(303)
    const separator = this.redirectUri.includes('?') ? '&' : '?'
    expect(page.location.startsWith(this.redirectUri + separator), page.location).toBe(true)
    return new URLSearchParams(page.location.slice(this.redirectUri.length + 1))
  }

  #fromForm(page: Page): URLSearchParams {
    expect([page.status, page.location, page.forms.length]).toEqual([200, '', 1])
    expect(page.forms[0]?.action).toBe(this.redirectUri)
    return new URLSearchParams(page.forms[0]?.fields)
  }

  codeOf(page: Page): string {
    const answer = this.answer(page)
    return answer.get('code') ?? expect.fail(`${answer}`)
  }

  errorOf(page: Page): string {
    const answer = this.answer(page)
    return answer.get('error') ?? expect.fail('There was no error')
  }

  token(parameters: Parameters): Promise<Response> {
    const { client, secret } = this.registered
    const basic = this.authentication === 'client_secret_basic'
    const headers: Record<string, string> = basic
      ? { Authorization: `Basic ${btoa(`${encodeURIComponent(client.id)}:${encodeURIComponent(secret)}`)}` }
      : {}
    const body = formOf({ ...parameters, ...(basic ? {} : { client_id: client.id, client_secret: secret }) })
    return this.server.fetch('/o/token', { method: 'POST', body, headers })
  }

  redeem(code: string, changes: Parameters = {}): Promise<Response> {
    return this.token({ grant_type: 'authorization_code', code, redirect_uri: this.redirectUri, ...changes })
  }

  /** Exchanges a code for tokens, and checks each. */
  async tokens(code: string, changes: Parameters = {}): Promise<TokenSet> {
    return this.checkTokens(await this.redeem(code, changes))
  }

  async refresh(refreshToken: string): Promise<TokenSet> {
    return this.checkTokens(await this.token({ grant_type: 'refresh_token', refresh_token: refreshToken }))
  }

  /** RFC 6749 §5.1: required members, and no caching. */
  async checkTokens(response: Response): Promise<TokenSet> {
    const tokens: TokenSet = await response.json()
    expect(response.status, JSON.stringify(tokens)).toBe(200)
    expect(response.headers.get('Content-Type')).toMatch(/^application\/json/)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(response.headers.get('Pragma')).toBe('no-cache')
    expect(tokens.token_type).toBe('Bearer')
    expect(tokens.expires_in).toBeGreaterThan(0)
    return tokens
  }

  /** OIDC Core §3.1.3.7, with the currently published keys. */
  async verifyIdToken(tokens: TokenSet, sentNonce = this.#sent.nonce): Promise<IdTokenClaims> {
    const { client } = this.registered
    const { now } = this.server
    expect(decodeProtectedHeader(tokens.id_token)).toMatchObject({
      alg: client.openid.idTokenAlg,
      kid: expect.any(String),
    })
    const keys = createLocalJWKSet(await (await this.server.fetch('/.well-known/jwks.json')).json())
    const { payload } = await jwtVerify<IdTokenClaims>(tokens.id_token, keys, {
      issuer,
      audience: client.id,
      algorithms: [client.openid.idTokenAlg],
      currentDate: new Date(now * 1000),
      requiredClaims: ['sub', 'exp', 'iat', 'auth_time', 'at_hash'],
    })
    expect(payload.iat).toBe(now)
    expect(payload.auth_time).toBeLessThanOrEqual(now)
    expect(payload.nonce ?? '').toBe(sentNonce)
    expect(payload.sub).toMatch(/^[\x21-\x7e]{1,255}$/)
    expect(payload.at_hash).toBe(leftHalf(tokens.access_token, client.openid.idTokenAlg))
    return payload
  }

  userinfo(accessToken: string, init: RequestInit = {}): Promise<Response> {
    return this.server.fetch('/o/userinfo', { headers: { Authorization: `Bearer ${accessToken}` }, ...init })
  }

  /** OIDC Core §5.3.2: `sub` is always present. */
  async claims(accessToken: string): Promise<Record<string, unknown> & { readonly sub: string }> {
    const response = await this.userinfo(accessToken)
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Type')).toMatch(/^application\/json/)
    return response.json()
  }
}

/** Undefined parameters are not sent. */
export function formOf(parameters: Parameters): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) form.set(name, value)
  return form
}

/** OIDC Core §3.1.3.6, implemented independently. */
function leftHalf(value: string, alg: string): string {
  const digest = createHash({ RS256: 'sha256', ES256: 'sha256', PS256: 'sha256', EdDSA: 'sha512' }[alg] ?? '')
    .update(value)
    .digest()
  return digest.subarray(0, digest.length / 2).toString('base64url')
}
