/** The form of a `resource` parameter and of an API's identifier: an absolute URI without a fragment (RFC 8707 §2). */
export function isIdentifier(value: string): boolean {
  return value.length <= 500 && /^[\x21-\x22\x24-\x7e]+$/.test(value) && URL.canParse(value)
}

const defaultPorts: Readonly<Record<string, string>> = { http: ':80', https: ':443' }

interface Parts {
  readonly scheme: string
  /** With the port, unless it is the default one. */
  readonly authority: string
  /** Path and query. An empty path is `/`. */
  readonly rest: string
}

/** Undefined for one without an authority, such as `urn:example:api`. */
function partsOf(identifier: string): Parts | undefined {
  const [, written, host, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?]*)(.*)$/i.exec(identifier) ?? []
  if (written === undefined || host === undefined) return undefined
  const scheme = written.toLowerCase()
  const port = defaultPorts[scheme] ?? ':'
  const lower = host.toLowerCase().replace(/:$/, '')
  const authority = lower.endsWith(port) ? lower.slice(0, -port.length) : lower
  return { scheme, authority, rest: rest.startsWith('/') ? rest : `/${rest}` }
}

/**
 * The common form of all spellings of an identifier: case of scheme and host, the default port, and a path that is empty or `/`
 * make no difference (RFC 3986 §6.2.2.1, §6.2.3). Everything else is compared exactly.
 */
function canonicalIdentifier(identifier: string): string {
  const parts = partsOf(identifier)
  return parts === undefined
    ? identifier.replace(/^[^:]*/, (scheme) => scheme.toLowerCase())
    : `${parts.scheme}://${parts.authority}${parts.rest}`
}

export function isSameIdentifier(one: string, other: string): boolean {
  return canonicalIdentifier(one) === canonicalIdentifier(other)
}

/**
 * Possible registered spellings, in lower case: for a case-insensitive search. A result may differ in the case of its path, so
 * it is compared with `isSameIdentifier` afterwards.
 */
export function spellingsOf(identifier: string): readonly string[] {
  const parts = partsOf(identifier)
  if (parts === undefined) return [identifier.toLowerCase()]
  const { scheme, authority, rest } = parts
  const ports = scheme in defaultPorts ? ['', ':', defaultPorts[scheme]] : ['', ':']
  const isRoot = rest === '/' || rest.startsWith('/?')
  const rests = isRoot ? [rest, rest.slice(1)] : [rest]
  return ports.flatMap((port) => rests.map((path) => `${scheme}://${authority}${port}${path}`.toLowerCase()))
}
