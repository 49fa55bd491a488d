import type { NamedProblem } from '../../values/problem.ts'
import type { Client, ClientType } from '../clients/client.ts'

/** Only `matchRedirectUri` makes one, so only what was registered can be redirected to. */
export interface RegisteredRedirectUri {
  readonly uri: string
  readonly [registered]: true
}
const registered = Symbol('registered')

/**
 * The registered URI that the request means.
 *
 * Exact string match, RFC 9700 §2.1: a prefix leaks codes. The one exception is the port of a loopback URI (RFC 8252
 * §7.3): a native application learns its port when it starts. When none was sent and one is registered, that one (RFC 6749
 * §3.1.2.3).
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
  // A port past 65535 looks like one, and leads nowhere.
  if (bare === undefined || !URL.canParse(asked)) return undefined
  const known = client.redirectUris.some((uri) => withoutLoopbackPort(uri) === bare)
  return known ? { uri: asked, [registered]: true } : undefined
}

/** The same for where a person goes after signing out: exact, and never guessed. OIDC RP-Initiated Logout §2. */
export function matchPostLogoutRedirectUri(
  client: Pick<Client, 'postLogoutRedirectUris'>,
  asked: string,
): RegisteredRedirectUri | undefined {
  return client.postLogoutRedirectUris.includes(asked) ? { uri: asked, [registered]: true } : undefined
}

const loopback = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost))(?::[0-9]{1,5})?((?:[/?].*)?)$/

/** Compared as text, never normalised: what follows the port must be equal to the letter. */
function withoutLoopbackPort(uri: string): string | undefined {
  const parts = loopback.exec(uri)
  return parts === null ? undefined : `${parts[1]}${parts[2]}`
}

export type Registrable = { readonly uri: string } | { readonly problem: NamedProblem }

const forbiddenSchemes = new Set([
  'javascript:',
  'data:',
  'file:',
  'blob:',
  'vbscript:',
  'about:',
  'ws:',
  'wss:',
  'ftp:',
])

/** One line of the registration form. The URI is kept as typed: it is compared as text later. */
export function parseRedirectUri(line: string, clientType: ClientType): Registrable {
  if (/[^\x21-\x7e]/.test(line)) return bad({ code: 'uriCharacters' })
  if (line.includes('\\')) return bad({ code: 'uriBackslash' })
  if (line.includes('*')) return bad({ code: 'uriWildcard' })
  // RFC 6749 §3.1.2.
  if (line.includes('#')) return bad({ code: 'uriFragment' })
  if (!URL.canParse(line)) return bad({ code: 'uriRelative' })
  const url = new URL(line)
  if (url.username !== '' || url.password !== '') return bad({ code: 'uriCredentials' })
  if (forbiddenSchemes.has(url.protocol)) return bad({ code: 'uriScheme', scheme: url.protocol })
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

/** What a person is shown of where they will be sent: host and port, or the private scheme. */
export function redirectHost(uri: string): string {
  const url = new URL(uri)
  return url.host === '' || !/^https?:$/.test(url.protocol) ? url.protocol : url.host
}

/** The host that a consent is remembered for: of a loopback address without its port, which is another one each time. */
export function rememberedHost(uri: string): string {
  return redirectKind(uri) === 'loopback' ? new URL(uri).hostname : redirectHost(uri)
}

export type RedirectKind = 'web' | 'loopback' | 'scheme'

/** Who may listen there. On a loopback address or a private scheme any program of the device (RFC 8252 §8.6). */
export function redirectKind(uri: string): RedirectKind {
  const { protocol } = new URL(uri)
  if (protocol === 'https:') return 'web'
  return protocol === 'http:' ? 'loopback' : 'scheme'
}

/** Consent to such an address is never skipped. */
export function provesNoIdentity(uri: string): boolean {
  return redirectKind(uri) !== 'web'
}
