/** Status of each error: RFC 6750 §3.1, RFC 9449 §7.1, RFC 9470 §3. */
const statusOf = {
  invalid_request: 400,
  invalid_token: 401,
  invalid_dpop_proof: 401,
  use_dpop_nonce: 401,
  insufficient_user_authentication: 401,
  insufficient_scope: 403,
  temporarily_unavailable: 503,
} as const

export type ErrorCode = keyof typeof statusOf

/** The reason why a request is refused. */
export interface Problem {
  /** Undefined when no token was sent: RFC 6750 §3.1 gives that no code. */
  readonly error: ErrorCode | undefined
  readonly description: string
  /** For the next proof, RFC 9449 §9. */
  readonly nonce?: string
}

export function problem(error: ErrorCode | undefined, description: string): Problem {
  return { error, description }
}

export function isProblem(value: object): value is Problem {
  return 'description' in value && 'error' in value
}

export function statusFor({ error }: Problem): number {
  return error === undefined ? 401 : statusOf[error]
}
