import { isLoopbackHost } from '../../values/loopback.ts'
import type { NamedProblem } from '../../values/problem.ts'
import type { Client, ClientType } from '../clients/client.ts'

/** Only `matchRedirectUri` creates one, so every redirect goes to a registered URI. */
export interface RegisteredRedirectUri {
  readonly uri: string
  readonly [registered]: true
}
const registered = Symbol('registered')

/**
 * The registered URI that the request names.
 *
 * Exact string match, RFC 9700 §2.1: a prefix leaks codes. The one exception is a loopback URI: its port may differ, since a
 * native application learns it when it starts (RFC 8252 §7.3), and its path may be empty or `/`. A missing one means the only
 * registered one (RFC 6749 §3.1.2.3).
 */
export function matchRedirectUri(
  client: Pick<Client, 'redirectUris'>,
  asked: string | undefined,
): RegisteredRedirectUri | undefined {
  if (asked === undefined) {
    const [only, ...others] = client.redirectUris
    return only !== undefined && others.length === 0 ? { uri: only, [registered]: true } : undefined
  }
  if (client.redirectUris.includes(asked)) return { uri: asked, [registered]: true }
  const bare = withoutLoopbackPort(asked)
  // A port past 65535 has the form of a port, but can't be parsed.
  if (bare === undefined || !URL.canParse(asked)) return undefined
  const known = client.redirectUris.some((uri) => withoutLoopbackPort(uri) === bare)
  return known ? { uri: asked, [registered]: true } : undefined
}

/** The same for the redirect after sign-out: exact, and never guessed. OIDC RP-Initiated Logout §2. */
export function matchPostLogoutRedirectUri(
  client: Pick<Client, 'postLogoutRedirectUris'>,
  asked: string,
): RegisteredRedirectUri | undefined {
  return client.postLogoutRedirectUris.includes(asked) ? { uri: asked, [registered]: true } : undefined
}

const loopback = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost))(?::[0-9]{1,5})?((?:[/?].*)?)$/

/**
 * Compared as text, and the part after the port must be equal. But an empty path and `/` are the same address, and native
 * applications write either: a named exception to exact matching, for loopback only.
 */
function withoutLoopbackPort(uri: string): string | undefined {
  const [, host, rest = ''] = loopback.exec(uri) ?? []
  if (host === undefined) return undefined
  return rest.startsWith('/') ? host + rest : `${host}/${rest}`
}

export type Registrable = { readonly uri: string } | { readonly problem: NamedProblem }

/** They run or read something in the browser, or open pages of the browser itself. */
const browserSchemes =
  /^(?:javascript|x-javascript|livescript|mocha|vbscript|data|blob|file|filesystem|about|view-source|jar|mhtml|resource|res|ws|wss|ftp|chrome.*|moz-.*|edge|opera|brave|safari-.*|wyciwyg)$/

/** They belong to programs on every device: a code would end up in a mail, a message, or a system app. */
const takenSchemes =
  /^(?:mailto|tel|telnet|ssh|sftp|rlogin|sms|smsto|mms|mmsto|callto|sip|sips|facetime.*|geo|maps|market|intent|android-app|ms-.*|search-ms|search|shell|hcp|ldap|ldaps|nfs|smb|afp|gopher|news|nntp|feed|webcal|magnet|itms.*|microsoft-edge.*)$/

function schemeProblem(protocol: string): NamedProblem | undefined {
  const scheme = protocol.slice(0, -1)
  if (browserSchemes.test(scheme)) return { code: 'uriScheme', scheme: protocol }
  return takenSchemes.test(scheme) ? { code: 'uriSchemeTaken', scheme: protocol } : undefined
}

/**
 * Parameters that an answer adds to a redirect URI (RFC 6749 §4.1.2, RFC 9207 §2, JARM §2.3.1), and tokens, which no client
 * should receive there.
 */
export const answerParameters: readonly string[] = [
  'code',
  'state',
  'iss',
  'error',
  'error_description',
  'error_uri',
  'response',
  'access_token',
  'id_token',
]

/** OIDC RP-Initiated Logout §3. */
export const signedOutParameters: readonly string[] = ['state']

/** The first of these names in the query: the client would get it twice, and read only one of them. */
export function reservedName(uri: string, reserved: readonly string[]): string | undefined {
  const { searchParams } = new URL(uri)
  return reserved.find((name) => searchParams.has(name))
}

/**
 * One line of the registration form. The URI is stored as typed: it is compared as text later. `reserved`: names that are added
 * to it later.
 */
export function parseRedirectUri(
  line: string,
  clientType: ClientType,
  reserved: readonly string[] = answerParameters,
): Registrable {
  if (/[^\x21-\x7e]/.test(line)) return bad({ code: 'uriCharacters' })
  if (line.includes('\\')) return bad({ code: 'uriBackslash' })
  if (line.includes('*')) return bad({ code: 'uriWildcard' })
  // RFC 6749 §3.1.2.
  if (line.includes('#')) return bad({ code: 'uriFragment' })
  if (!URL.canParse(line)) return bad({ code: 'uriRelative' })
  const url = new URL(line)
  if (url.username !== '' || url.password !== '') return bad({ code: 'uriCredentials' })
  const problem = schemeProblem(url.protocol)
  if (problem !== undefined) return bad(problem)
  const name = reservedName(line, reserved)
  if (name !== undefined) return bad({ code: 'uriReserved', name })
  if (url.protocol === 'https:') return { uri: line }
  if (url.protocol === 'http:') {
    return withoutLoopbackPort(line) === undefined ? bad({ code: 'uriHttp' }) : { uri: line }
  }
  // RFC 8252 §7.1: private-use schemes belong to native applications, which can't keep a secret.
  if (clientType === 'public') return { uri: line }
  return bad({ code: 'uriPrivate', scheme: url.protocol })
}

function bad(problem: NamedProblem): Registrable {
  return { problem }
}

/** The redirect target as people see it: host and port, or the private scheme. */
export function redirectHost(uri: string): string {
  const url = new URL(uri)
  return url.host === '' || !/^https?:$/.test(url.protocol) ? url.protocol : url.host
}

/** The host for a remembered consent: a loopback address without its port, which changes each time. */
export function rememberedHost(uri: string): string {
  return redirectKind(uri) === 'loopback' ? new URL(uri).hostname : redirectHost(uri)
}

export type RedirectKind = 'web' | 'loopback' | 'scheme'

/** The possible listeners. On a loopback address or a private scheme any program on the device may listen (RFC 8252 §8.6). */
export function redirectKind(uri: string): RedirectKind {
  const { protocol } = new URL(uri)
  if (protocol === 'https:') return 'web'
  return protocol === 'http:' ? 'loopback' : 'scheme'
}

/** Consent to such an address is never skipped. */
export function provesNoIdentity(uri: string): boolean {
  return redirectKind(uri) !== 'web'
}

/** Under this the consent of a developer to their own application is remembered, where that is allowed. No host has such a name. */
export const developmentHost = 'development:'

/**
 * Whether consent may be remembered at a loopback address: for one's own application, while the server itself is on loopback.
 * Never in production, where any program on the person's device could ask in the name of the application (RFC 8252 §8.6).
 */
export function isOwnInDevelopment(
  redirectUri: string,
  issuer: string,
  client: Pick<Client, 'ownerId' | 'registeredBy'>,
  userId: string | undefined,
): boolean {
  return (
    redirectKind(redirectUri) === 'loopback' &&
    isLoopbackHost(new URL(issuer).hostname) &&
    client.registeredBy === 'person' &&
    client.ownerId === userId
  )
}
