/**
 * An expected refusal is a value. A throw is a bug or an outage.
 *
 * `description` is sent to the caller; `reason`, if it says more, is only logged.
 */
export interface Refusal {
  readonly refused: ErrorCode
  readonly description: string
  readonly reason: string
  /** The scope that the access token lacks, RFC 6750 §3. */
  readonly scope?: string
}

/** Error codes and their HTTP status on machine endpoints: RFC 6749 §5.2, §4.1.2.1; RFC 6750 §3.1; OIDC Core §3.1.2.6. */
export const statusOf = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  invalid_scope: 400,
  // RFC 9449 §5, §8
  invalid_dpop_proof: 400,
  use_dpop_nonce: 400,
  // RFC 8707 §2
  invalid_target: 400,
  // RFC 9396 §5
  invalid_authorization_details: 400,
  // RFC 6750 §3.1
  invalid_token: 401,
  insufficient_scope: 403,
  // RFC 7591 §3.2.2
  invalid_redirect_uri: 400,
  invalid_client_metadata: 400,
  access_denied: 400,
  // OpenID Connect CIBA Core §13
  unknown_user_id: 400,
  invalid_binding_message: 400,
  // RFC 8628 §3.5
  authorization_pending: 400,
  slow_down: 400,
  expired_token: 400,
  unsupported_response_type: 400,
  login_required: 400,
  consent_required: 400,
  interaction_required: 400,
  // OpenID Connect Core Error Code unmet_authentication_requirements §2
  unmet_authentication_requirements: 400,
  request_not_supported: 400,
  // RFC 9101 §7
  invalid_request_object: 400,
  invalid_request_uri: 400,
  request_uri_not_supported: 400,
  server_error: 500,
  temporarily_unavailable: 503,
} as const

export type ErrorCode = keyof typeof statusOf

const documentation = 'https://github.com/latchkey/latchkey/blob/main/docs'

/** Where the documentation says what to do about an error (RFC 6749 §5.2 `error_uri`). */
export function errorUri(code: ErrorCode): string {
  return `${documentation}/errors.md#${code}`
}

/** Error pages by their title among the texts, and their headings in docs/troubleshooting.md. */
export const explainedPages = {
  unreadable: 'this-request-cant-be-read',
  unknownApplication: 'unknown-application',
  unregistered: 'this-address-is-not-registered',
  document: 'the-application-could-not-be-looked-up',
  removed: 'you-cant-continue',
  expired: 'this-request-has-expired',
  unencryptable: 'the-answer-cant-be-encrypted',
  staleForm: 'this-form-is-no-longer-valid',
  flood: 'please-wait-a-moment',
  notNow: 'this-didnt-work-right-now',
  foreignHost: 'this-server-does-not-answer-for-this-host',
  waiting: 'waiting-for-approval',
  notApproved: 'not-approved',
} as const

export type ExplainedPage = keyof typeof explainedPages

export function explanationUri(page: ExplainedPage): string {
  return `${documentation}/troubleshooting.md#${explainedPages[page]}`
}

export function refuse(refused: ErrorCode, description: string, reason: string = description): Refusal {
  return { refused, description, reason }
}

/** RFC 6750 §3.1: the challenge names the scope, so that a client can ask for it. */
export function refuseScope(scope: string): Refusal {
  return { ...refuse('insufficient_scope', `The access token needs the scope ${scope}`), scope }
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'refused' in value
}

/**
 * A caller's text inside an `error_description`, which allows neither quotes nor backslashes (RFC 6749 §5.2). Such a refusal
 * has a separate `reason`: the log contains no text of a caller.
 */
export function shownInError(text: string): string {
  const plain = text.replaceAll(/[^\x21\x23-\x5b\x5d-\x7e]/g, '?')
  return plain.length > 100 ? `${plain.slice(0, 99)}...` : plain
}
