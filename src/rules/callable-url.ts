import { isLoopbackHost } from '../values/loopback.ts'
import type { NamedProblem } from '../values/problem.ts'
import { reservedName } from './requests/redirect-uri.ts'

const longest = 2000

/**
 * Problem of a URL that somebody else chose and that this server is to call; undefined when it may be called. A form checks it
 * before saving a URL, and acts/outgoing.ts before each call, so every saved URL can be called. It needs https and a host name
 * of the public DNS, on any port (OIDC Core §16, RFC 7591 §5). The platform guards the address behind such a name: the flag
 * `global_fetch_strictly_public`. Loopback addresses are allowed only while the issuer itself is on one.
 */
export function callProblem(url: string, issuer: string): NamedProblem | undefined {
  const problem = shapeProblem(url)
  if (problem !== undefined) return problem
  const { protocol, hostname } = new URL(url)
  if (isLoopback(hostname)) return loopbackProblem(hostname, issuer)
  if (isNumeric(hostname)) return { code: 'addressNumeric' }
  if (!isPublicName(hostname)) return { code: 'addressPrivate', host: hostname }
  return protocol === 'https:' ? undefined : httpProblem(issuer)
}

/**
 * The same check for a URL that the person's browser loads in a frame. It may be on that browser's network, but not on the
 * person's own machine, and not a numeric address.
 */
export function frameProblem(url: string, issuer: string): NamedProblem | undefined {
  const problem = shapeProblem(url)
  if (problem !== undefined) return problem
  const { protocol, hostname } = new URL(url)
  if (isLoopback(hostname)) return loopbackProblem(hostname, issuer)
  if (isNumeric(hostname)) return { code: 'addressNumeric' }
  return protocol === 'https:' ? undefined : httpProblem(issuer)
}

/** The same check for a URL that a form saves: `iss` and `sid` are added to it (OIDC Front-Channel Logout §2). */
export function savedFrameProblem(url: string, issuer: string): NamedProblem | undefined {
  const problem = frameProblem(url, issuer)
  if (problem !== undefined) return problem
  const name = reservedName(url, ['iss', 'sid'])
  return name === undefined ? undefined : { code: 'addressReserved', name }
}

/** The same check for a URL that the browser navigates to: OIDC Core §4 requires https. */
export function visitProblem(url: string): NamedProblem | undefined {
  const problem = shapeProblem(url)
  if (problem !== undefined) return problem
  return new URL(url).protocol === 'https:' ? undefined : { code: 'addressHttps' }
}

function shapeProblem(url: string): NamedProblem | undefined {
  if (url.length > longest) return { code: 'addressLong', length: url.length, most: longest }
  if (/[^\x21-\x7e]|\\/.test(url) || !URL.canParse(url)) return { code: 'addressForm' }
  const { protocol, username, password } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') return { code: 'addressHttps' }
  if (username !== '' || password !== '') return { code: 'addressCredentials' }
  return url.includes('#') ? { code: 'addressFragment' } : undefined
}

/** In development http is allowed on loopback, so the advice differs. */
function httpProblem(issuer: string): NamedProblem {
  return { code: isLoopbackHost(new URL(issuer).hostname) ? 'addressHttp' : 'addressHttps' }
}

function loopbackProblem(host: string, issuer: string): NamedProblem | undefined {
  const isAllowed = isLoopbackHost(host) && isLoopbackHost(new URL(issuer).hostname)
  return isAllowed ? undefined : { code: 'addressLoopback', host }
}

/** Every spelling of localhost; `URL` has already turned 127.1 and 2130706433 into a dotted quad. */
function isLoopback(host: string): boolean {
  return (
    isLoopbackHost(host) ||
    /(^|\.)localhost\.?$/.test(host) ||
    /^(127\.[0-9.]+|0\.0\.0\.0|\[::\]|\[::ffff:7f.*\])$/.test(host)
  )
}

/** IPv4 or IPv6, even a public one: a certificate names a host. */
function isNumeric(host: string): boolean {
  return /^\[|^[0-9.]+$/.test(host)
}

/** Special-use names (RFC 6761, RFC 6762, RFC 8375, RFC 9476), and common private ones of routers and companies. */
const privateNames =
  /\.(local|internal|intranet|private|lan|home|corp|localdomain|home\.arpa|onion|alt|test|invalid)$/

function isPublicName(host: string): boolean {
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.[a-z][a-z0-9-]*$/.test(host) && !privateNames.test(host)
}
