import { isObject } from '../../values/json.ts'

/** The session, or the person, that a provider's logout token names. At least one of them. */
export interface ProviderLogout {
  /** The provider's id of the person. */
  readonly subject: string | undefined
  /** The provider's id of their session. */
  readonly sid: string | undefined
  /** `jti` */
  readonly id: string
}

const event = 'http://schemas.openid.net/event/backchannel-logout'
/** In characters. */
const longest = 1024

/**
 * The content of a logout token whose signature, issuer, audience and times are right (OIDC Back-Channel Logout §2.6, steps 4 to
 * 7). A string is the reason why it is not one.
 */
export function readLogoutClaims(claims: Readonly<Record<string, unknown>>): ProviderLogout | string {
  // An ID token must not pass as a logout token.
  if ('nonce' in claims) return 'It has a nonce'
  const { events, sub, sid, jti } = claims
  if (!isObject(events) || !isObject(events[event])) return 'events does not name a logout'
  if (!isText(jti)) return 'jti is missing'
  if (sub !== undefined && !isText(sub)) return 'sub is not a text'
  if (sid !== undefined && !isText(sid)) return 'sid is not a text'
  if (sub === undefined && sid === undefined) return 'sub and sid are missing'
  return { subject: sub, sid, id: jti }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longest
}
