import type { Certificate } from './credentials.ts'

/** Needs of an API, or of one of its routes. */
export interface Needs {
  /** Names that must all be in the token's scope; otherwise 403 `insufficient_scope`, RFC 6750 §3.1. */
  readonly scopes?: readonly string[] | undefined
  /**
   * Values of which the token's `acr` must be one, the preferred one first; otherwise 401
   * `insufficient_user_authentication`, RFC 9470 §3.
   */
  readonly acrValues?: readonly string[] | undefined
  /** Seconds since the person signed in (`auth_time`), at most; otherwise the same 401. */
  readonly maxAge?: number | undefined
}

/** Credentials of the confidential application that asks the server about tokens, RFC 7662 §2.1. */
export interface Introspection {
  readonly clientId: string
  readonly clientSecret: string
  /** Asks about JWTs too, at each request: a revoked token is refused at once. By default only about opaque ones. */
  readonly always?: boolean | undefined
}

/** Optional members of the metadata document, RFC 9728 §2. */
export interface ResourceDescription {
  readonly resource_name?: string | undefined
  readonly resource_documentation?: string | undefined
  readonly resource_policy_uri?: string | undefined
  readonly resource_tos_uri?: string | undefined
  /** By default the scopes that every request needs. */
  readonly scopes_supported?: readonly string[] | undefined
}

export interface CommonOptions extends Needs {
  /** Issuer of the tokens, exactly as in their `iss`: `https://id.example.com`. */
  readonly issuer: string
  /** Name of this API in tokens (`aud`), as registered at the server: `https://api.example.com`. */
  readonly audience: string
  /**
   * URL of this API in its metadata document (RFC 9728), if it differs from `audience`. Without an http(s) URL of its own, no
   * document is served.
   */
  readonly resource?: string | undefined
  readonly metadata?: ResourceDescription | undefined
  readonly introspection?: Introspection | undefined
  /** `typ` of access tokens. `JWT` is for servers older than RFC 9068; an ID token has that type too. */
  readonly typ?: 'at+jwt' | 'JWT' | undefined
  /** Accepted signature algorithms. By default the usual asymmetric ones. */
  readonly algorithms?: readonly string[] | undefined
  /** Refuses tokens that are bound neither to a DPoP key nor to a certificate. */
  readonly requireBound?: boolean | undefined
  /**
   * URL of this API for its clients, which DPoP proofs are for (`htu`): its origin, and the start of the path that a proxy
   * removes. By default the origin of `resource`, and without one the URL of each request.
   */
  readonly publicUrl?: string | undefined
  /** Accepted algorithms of DPoP proofs; none accepts no token that is bound to a key. ES256, EdDSA, PS256 and RS256 by default. */
  readonly proofAlgorithms?: readonly string[] | undefined
  /**
   * Whether an id (43 characters) is new, which it keeps until `expiresAt` (Unix seconds): a DPoP proof works once. Without it a
   * proof may be repeated for the same request, for a minute.
   */
  readonly isFirstUse?: ((id: string, expiresAt: number) => boolean | Promise<boolean>) | undefined
  /**
   * Demands a nonce in DPoP proofs (RFC 9449 §9), so that none can be made in advance. A secret of at least 32 characters, the
   * same for all instances of the API. Clients repeat a request with the nonce of the refusal.
   */
  readonly nonceSecret?: string | undefined
  /** Tolerated clock skew in seconds: 5 by default, at most 60. */
  readonly clockTolerance?: number | undefined
  /** URL of the server's keys. By default from its metadata (RFC 8414). */
  readonly jwksUri?: string | undefined
  /** URL of the server's introspection endpoint. By default from its metadata. */
  readonly introspectionEndpoint?: string | undefined
  /** Replaces the global `fetch`: with a service binding of a Worker, for example. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined
  /** Receives the reason of each 503. By default it is written to the console. */
  readonly onUnavailable?: ((reason: Error) => void) | undefined
  /** Clock in Unix seconds, for tests. */
  readonly now?: (() => number) | undefined
}

/** `Incoming` is the request of a kind of server. */
export interface OptionsFor<Incoming> extends CommonOptions {
  /**
   * The certificate that the client showed in TLS. With it, tokens that are bound to one are accepted (RFC 8705 §3). It must
   * come from the TLS connection itself: a sender who can choose it, for example by a header, can use stolen tokens.
   */
  readonly certificate?:
    | ((request: Incoming) => Certificate | undefined | Promise<Certificate | undefined>)
    | undefined
}
