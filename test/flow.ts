import { createHash } from 'node:crypto'
import type { Browser, Page } from './browser.ts'
import type { Registered, Server } from './server.ts'

/** RFC 7636 appendix B. */
export const codeVerifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
export const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url')

/** The data of an application that a request needs, however it was registered. */
export interface Known {
  readonly client: Pick<Registered['client'], 'id' | 'type' | 'redirectUris'>
  readonly secret: string
}

type Parameters = Record<string, string | undefined>

export function authorizePath(registered: Known, changes: Parameters = {}): string {
  return `/o/authorize?${requestOf(registered, changes)}`
}

/** An authorization request, as form fields or as a query. */
export function requestOf({ client }: Known, changes: Parameters = {}): URLSearchParams {
  return formOf({
    response_type: 'code',
    client_id: client.id,
    redirect_uri: client.redirectUris[0],
    scope: 'read write',
    state: 'state-1',
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
    ...changes,
  })
}

function formOf(parameters: Parameters): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) form.set(name, value)
  return form
}

/** Through the consent page, when there is one, to the redirect. */
export async function consentTo(page: Page): Promise<Page> {
  return page.status === 200 ? page.submit({ decision: 'authorize' }) : page
}

/** A new code for the signed-in user. */
export async function obtainCode(
  browser: Browser,
  registered: Known,
  changes: Parameters = {},
): Promise<string> {
  const page = await consentTo(await browser.get(authorizePath(registered, changes)))
  const code = answerOf(page).get('code')
  if (code === null) throw new Error(`No code: ${page.status} ${page.location}`)
  return code
}

/** The parameters of a redirect to the client. */
export function answerOf(page: Page): URLSearchParams {
  return new URL(page.location).searchParams
}

export function postToken(
  server: Server,
  parameters: Parameters,
  headers: Record<string, string> = {},
): Promise<Response> {
  return server.fetch('/o/token', { method: 'POST', body: formOf(parameters), headers })
}

export function codeRequest({ client, secret }: Known, code: string): Parameters {
  return {
    grant_type: 'authorization_code',
    code,
    redirect_uri: client.redirectUris[0],
    code_verifier: codeVerifier,
    client_id: client.id,
    client_secret: client.type === 'confidential' ? secret : undefined,
  }
}

export function refreshRequest({ client, secret }: Known, refreshToken: string): Parameters {
  return {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: client.id,
    client_secret: client.type === 'confidential' ? secret : undefined,
  }
}

/** The answer of introspection for the token's own client. */
export async function introspect(server: Server, registered: Known, token: string): Promise<Introspection> {
  const { client, secret } = registered
  const body = formOf({ token, client_id: client.id, client_secret: secret })
  const response = await server.fetch('/o/introspect', { method: 'POST', body })
  if (response.status !== 200)
    throw new Error(`No introspection: ${response.status} ${await response.text()}`)
  return response.json()
}

export interface Introspection {
  readonly active: boolean
  readonly [claim: string]: unknown
}

export function revoke(server: Server, { client, secret }: Known, token: string): Promise<Response> {
  const client_secret = client.type === 'confidential' ? secret : undefined
  return server.fetch('/o/revoke_token', {
    method: 'POST',
    body: formOf({ token, client_id: client.id, client_secret }),
  })
}

export interface Tokens {
  readonly access_token: string
  readonly token_type: string
  readonly refresh_token: string
  readonly scope: string
}

export async function tokensOf(response: Response): Promise<Tokens> {
  const body: Tokens = await response.json()
  if (response.status !== 200) throw new Error(`No tokens: ${response.status} ${JSON.stringify(body)}`)
  return body
}

/** Status and error code of a refusal, for short expectations. */
export async function errorOf(response: Response): Promise<string> {
  const body: { error?: string } = await response.json()
  return `${response.status} ${body.error}`
}
