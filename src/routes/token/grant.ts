import type { AuthenticatedClient } from '../../http/clients/authenticate.ts'
import type { Context } from '../../http/context.ts'
import type { Parameters } from '../../rules/parameters.ts'
import type { Refusal } from '../../rules/refusal.ts'
import type { Query } from '../../store/database.ts'

/** Phase 1, parse. What comes back is read in the one batch with the client. */
export type Grant = (c: Context, request: GrantRequest) => Query<Redeem> | Refusal

export interface GrantRequest {
  readonly parameters: Parameters
  /** Identifiers of the APIs that the token shall be for. RFC 8707 §2.2. */
  readonly resources: readonly string[]
}

/** Phases 3 to 5: check, claim, issue. Only a client that proved who it is gets here. */
export type Redeem = (client: AuthenticatedClient) => Promise<TokenResponse | Refusal>

/** RFC 6749 §5.1. */
export interface TokenResponse {
  readonly access_token: string
  readonly token_type: 'Bearer'
  readonly expires_in: number
  readonly scope: string
  readonly refresh_token?: string
  readonly id_token?: string
}
