/** Unix time in whole seconds. It is passed in, never read from a clock here. */
export type Seconds = number

/** Lifetimes, in seconds. */
export interface Lifetimes {
  /** Authorization code. RFC 6749 §4.1.2 allows ten minutes; a redirect takes seconds. KV refuses less than 60. */
  readonly code: Seconds
  readonly accessToken: Seconds
  readonly idToken: Seconds
  /** A refresh token expires after this time without use. */
  readonly refreshIdle: Seconds
  /** An authorization ends after this time, even if it is refreshed. */
  readonly refreshAbsolute: Seconds
  /** A refresh that is repeated within this time gets the same successor: for parallel requests and lost answers. */
  readonly refreshGrace: Seconds
  readonly sessionIdle: Seconds
  readonly sessionAbsolute: Seconds
  /** A session with access to the administration ends after this time, even if it is used. */
  readonly staffSession: Seconds
  /** From requesting the removal of a lost factor until it takes effect. */
  readonly recoveryDelay: Seconds
}

export const defaultLifetimes: Lifetimes = {
  code: 60,
  accessToken: 3600,
  idToken: 3600,
  refreshIdle: 30 * 86_400,
  refreshAbsolute: 180 * 86_400,
  refreshGrace: 60,
  sessionIdle: 14 * 86_400,
  sessionAbsolute: 30 * 86_400,
  staffSession: 86_400,
  recoveryDelay: 72 * 3600,
}
