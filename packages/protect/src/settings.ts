import type { CommonOptions, Introspection, ResourceDescription } from './options.ts'

/** Checked options, with their defaults. */
export interface Settings {
  readonly issuer: string
  readonly audience: string
  readonly resource: string | undefined
  readonly description: ResourceDescription
  readonly introspection: Introspection | undefined
  readonly typ: 'at+jwt' | 'JWT'
  readonly algorithms: string[]
  /** Empty where proofs can't be checked. */
  readonly proofAlgorithms: string[]
  readonly publicUrl: string | undefined
  readonly isFirstUse: CommonOptions['isFirstUse']
  /** Undefined: proofs need no nonce. */
  readonly nonceSecret: string | undefined
  readonly checksCertificates: boolean
  readonly requireBound: boolean
  readonly clockTolerance: number
  readonly jwksUri: string | undefined
  readonly introspectionEndpoint: string | undefined
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly onUnavailable: (reason: Error) => void
  readonly now: () => number
}

/** Neither `none` nor HMAC: a shared secret would let each API sign, and a public key could pass for one (RFC 8725 §3.1). */
const usual = ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256']
const asymmetric = [...usual, 'ES384', 'ES512', 'RS384', 'RS512', 'PS384', 'PS512']

/** The facts about a request that depend on the kind of server. */
export interface Knowledge {
  /** With scheme and host: without them a proof can only be checked for `publicUrl`. */
  readonly hasFullUrls: boolean
  readonly checksCertificates: boolean
}

/** @throws TypeError that names the option: at start, not at the first request. */
export function readOptions(options: CommonOptions, knowledge: Knowledge): Settings {
  const { issuer, audience, introspection } = options
  requireUrl('issuer', issuer)
  if (/[?#]/.test(issuer)) fail('issuer must have neither a query nor a fragment (RFC 8414 §2)')
  if (!/^[\x21-\x7e]+$/.test(audience))
    fail('audience is missing, or contains characters that a URL cannot have')
  const { resource = isOwnUrl(audience, issuer) ? audience : undefined } = options
  if (resource !== undefined) requireUrl('resource', resource)
  if (resource?.includes('#')) fail('resource must have no fragment (RFC 9728 §1.2)')
  for (const name of ['jwksUri', 'introspectionEndpoint', 'publicUrl'] as const) {
    const url = options[name]
    if (url !== undefined) requireUrl(name, url)
  }
  if (introspection !== undefined && (introspection.clientId === '' || introspection.clientSecret === ''))
    fail('introspection needs clientId and clientSecret')
  const { algorithms = asymmetric, proofAlgorithms = usual, requireBound = false } = options
  for (const [name, values] of Object.entries({ algorithms, proofAlgorithms })) {
    if (values.some((value) => !asymmetric.includes(value)) || algorithms.length === 0)
      fail(`${name} may contain ${asymmetric.join(', ')}`)
  }
  const { publicUrl = resource && new URL(resource).origin } = options
  if (publicUrl !== undefined && /[?#]/.test(publicUrl))
    fail('publicUrl must have neither a query nor a fragment')
  const checksProofs = proofAlgorithms.length > 0 && (knowledge.hasFullUrls || publicUrl !== undefined)
  if (requireBound && !checksProofs && !knowledge.checksCertificates)
    fail('requireBound needs publicUrl or certificate: otherwise no token could be accepted')
  if ((options.nonceSecret?.length ?? 32) < 32) fail('nonceSecret is too short')
  for (const name of ['scopes', 'acrValues'] as const) {
    if (options[name]?.some((value) => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value)))
      fail(`${name} must be a list of names without spaces, quotes or backslashes`)
  }
  if (options.maxAge !== undefined && !(options.maxAge >= 0)) fail('maxAge must be a number of seconds')
  const { clockTolerance = 5 } = options
  if (!(clockTolerance >= 0 && clockTolerance <= 60))
    fail('clockTolerance must be a number of seconds, at most 60')
  return {
    issuer,
    audience,
    resource,
    description: options.metadata ?? {},
    introspection,
    typ: options.typ ?? 'at+jwt',
    algorithms: [...algorithms],
    proofAlgorithms: checksProofs ? [...proofAlgorithms] : [],
    publicUrl,
    isFirstUse: options.isFirstUse,
    nonceSecret: options.nonceSecret,
    checksCertificates: knowledge.checksCertificates,
    requireBound,
    clockTolerance,
    jwksUri: options.jwksUri,
    introspectionEndpoint: options.introspectionEndpoint,
    // Called without an object: `fetch` of a Worker refuses any other `this`.
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    onUnavailable: options.onUnavailable ?? ((reason) => console.error(reason.message)),
    now: options.now ?? (() => Math.floor(Date.now() / 1000)),
  }
}

/** https, or http on this machine only. */
export function isSecureUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

function isLoopback(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname) || hostname.endsWith('.localhost')
}

/**
 * Whether an audience can be the `resource` of a metadata document: an audience equal to the issuer is the server, not this
 * API.
 */
function isOwnUrl(audience: string, issuer: string): boolean {
  return audience !== issuer && isSecureUrl(audience) && !audience.includes('#')
}

function requireUrl(name: string, value: string): void {
  if (!isSecureUrl(value))
    fail(`${name} must be an https URL (http for localhost only): ${JSON.stringify(value)}`)
}

function fail(problem: string): never {
  throw new TypeError(`protect: ${problem}`)
}
