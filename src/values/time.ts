/** Unix time in whole seconds. It is passed in, never read from a clock here. */
export type Seconds = number

/** How long things live, in seconds. */
export interface Lifetimes {
  /** Authorization code. RFC 6749 §4.1.2 allows ten minutes; a redirect takes seconds. KV refuses less than 60. */
  readonly code: Seconds
  readonly accessToken: Seconds
  readonly idToken: Seconds
  /** A refresh token that is not used for this long is dead. */
  readonly refreshIdle: Seconds
  /** However often it refreshes, an authorization ends after this long. */
  readonly refreshAbsolute: Seconds
  /** A refresh that is repeated within this time gets the same successor: parallel and lost answers. */
  readonly refreshGrace: Seconds
  readonly sessionIdle: Seconds
  readonly sessionAbsolute: Seconds
  /** However it is used, a session of somebody who may see the administration ends after this. */
  readonly staffSession: Seconds
  /** From asking for the removal of a factor that is lost until it goes. */
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
