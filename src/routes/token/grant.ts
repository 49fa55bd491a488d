import type { JWTVerifyGetKey } from 'jose'
import type { Config } from '../../config.ts'
import type { encryptionFor } from '../../http/clients/encryption.ts'
import type { ProvenKey } from '../../http/tokens/proven-key.ts'
import type { SigningKeys } from '../../http/tokens/signing.ts'
import type { Paths } from '../../paths.ts'
import type { Client } from '../../rules/clients/client.ts'
import type { Parameters } from '../../rules/parameters.ts'
import { isRefusal, type Refusal } from '../../rules/refusal.ts'
import type { AuthorizationDetail } from '../../rules/requests/detail-type.ts'
import type { SigningAlgorithm } from '../../rules/server/signing-keys.ts'
import type { AccessToken } from '../../rules/tokens/access-token.ts'
import type { Confirmation } from '../../rules/tokens/confirmation.ts'
import type { RequestedType } from '../../rules/tokens/exchange.ts'
import type { IssuedIdToken } from '../../secrets/access-token.ts'
import { type Answers, combined, type Queries, type Query } from '../../store/database.ts'
import type { Seconds } from '../../values/time.ts'

/** The environment of a grant. The time and the reference are those of the request. */
export interface TokenServer {
  readonly db: D1Database
  readonly codes: KVNamespace
  readonly config: Config
  readonly issuer: string
  readonly paths: Paths
  readonly now: Seconds
  readonly reference: string
  /** The content of a presented access token of ours; undefined when it is invalid, or has expired. */
  readonly readAccessToken: (presented: string) => Promise<AccessToken | undefined>
  /** The same for an ID token. */
  readonly readIdToken: (presented: string) => Promise<IssuedIdToken | undefined>
  /** The keys that another server publishes there, for this client. They throw when there are none. */
  readonly keysAt: (url: string, clientId: string) => JWTVerifyGetKey
  /** The key that the request of this client proves, which must be the one of `bound`. The proof is not claimed yet. */
  readonly provenKey: (client: Client, bound: Confirmation | undefined) => Promise<ProvenKey | Refusal>
  /** Encrypts ID tokens for a client that registered it. */
  readonly idTokenEncryption: (client: Client) => ReturnType<typeof encryptionFor>
  /** With these algorithms among them. */
  readonly signingKeys: (needed: readonly SigningAlgorithm[]) => Promise<SigningKeys>
}

export interface GrantRequest {
  readonly parameters: Parameters
  /** Identifiers of the APIs that the token is requested for. RFC 8707 §2.2. */
  readonly resources: readonly string[]
  /** The same without `audience`, which has another meaning in some grants. */
  readonly resourceNames: readonly string[]
  /** The items that the token is narrowed to; empty: all that were granted. RFC 9396 §6. */
  readonly details: readonly AuthorizationDetail[]
}

/** RFC 6749 §5.1. */
export interface TokenResponse {
  readonly access_token: string
  /** RFC 6750, RFC 9449 §5, or RFC 8693 §2.2.1. */
  readonly token_type: 'Bearer' | 'DPoP' | 'N_A'
  readonly expires_in: number
  /** Undefined: it has none. */
  readonly scope: string | undefined
  readonly refresh_token?: string
  readonly id_token?: string
  /** RFC 8693 §2.2.1. */
  readonly issued_token_type?: RequestedType
  /** RFC 9396 §7. */
  readonly authorization_details?: readonly AuthorizationDetail[]
}

/** The phases of a grant, except authentication, which is the same for all and precedes `redeem`. */
interface Phases<Ask, Facts extends Queries, Copy> {
  /** Reads the form, once. No later phase reads the parameters. */
  readonly parse: (request: GrantRequest) => Ask | Refusal
  /** The reads in the same batch as the client. */
  readonly reads: (server: TokenServer, ask: Ask) => Facts
  /** Starts reads outside of D1 at the same time. They never reject. */
  readonly meanwhile?: (server: TokenServer, ask: Ask) => Promise<Copy>
  /** Checks, claims and issues, in this order: nothing is used up before everything was checked. */
  readonly redeem: (
    server: TokenServer,
    client: Client,
    ask: Ask,
    facts: Answers<Facts> & {
      readonly copy: Promise<Copy> | undefined
      readonly scopesVersion: string | undefined
    },
  ) => Promise<TokenResponse | Refusal>
}

/** Phases 3 to 5, for an authenticated client. `scopesVersion`: if it was read with the client. */
export type Redeem = (client: Client, scopesVersion?: string) => Promise<TokenResponse | Refusal>

/** A grant for the endpoint: a refusal, or the reads and the next phase. */
export type Grant = (server: TokenServer, request: GrantRequest) => Query<Redeem> | Refusal

/** Builds a grant from its phases, so that no grant can forget one or change their order. */
export function grant<Ask, Facts extends Queries, Copy>(phases: Phases<Ask, Facts, Copy>): Grant {
  return (server, request) => {
    const ask = phases.parse(request)
    if (isRefusal(ask)) return ask
    const copy = phases.meanwhile?.(server, ask)
    return combined(phases.reads(server, ask), (facts) => {
      return (client, scopesVersion) => phases.redeem(server, client, ask, { ...facts, copy, scopesVersion })
    })
  }
}
