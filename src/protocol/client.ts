/** A registered application. People read "application"; the code and the specifications say client (RFC 6749 §1.1). */
export interface Client {
  readonly id: string
  readonly ownerId: string
  readonly name: string
  readonly type: ClientType
  readonly grantType: RegisteredGrantType
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  readonly allowedOrigins: readonly string[]
  readonly createdAt: number
  readonly updatedAt: number
}

/** RFC 6749 §2.1. */
export const clientTypes = ['confidential', 'public'] as const
export type ClientType = (typeof clientTypes)[number]

/** What the tutorial's form calls "Authorization grant type", one of these. */
export const registeredGrantTypes = ['authorization-code'] as const
export type RegisteredGrantType = (typeof registeredGrantTypes)[number]

/** Which `grant_type` values of the token endpoint an application of that kind may use. */
export const grantTypesOf: Record<RegisteredGrantType, readonly string[]> = {
  'authorization-code': ['authorization_code', 'refresh_token'],
}
