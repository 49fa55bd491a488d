import type { Seconds } from '../../values/time.ts'
import { type Client, isRegisteredFor } from '../clients/client.ts'
import type { Parameters } from '../parameters.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { deviceCodeLifetime } from './device.ts'

/** OpenID Connect CIBA Core §7.1: the person that a client wants to sign in, by one of three hints. */
export interface PersonHint {
  readonly kind: 'login_hint' | 'id_token_hint'
  readonly value: string
}

/** The members of a backchannel authentication request besides those of every authorization request. */
export interface BackchannelRequest {
  readonly hint: PersonHint
  /** Shown to the person, who compares it with what the application shows. */
  readonly bindingMessage: string | undefined
  readonly lifetime: Seconds
}

const hints = ['login_hint', 'id_token_hint', 'login_hint_token'] as const

/** In characters. Longer ones can't be compared at a glance (CIBA Core §7.1). */
const longestMessage = 100

/** It could disturb anybody, and find out who has an account: an administrator decides. */
export function checkMayAsk(client: Client): Refusal | undefined {
  return isRegisteredFor(client, 'backchannel') &&
    client.type === 'confidential' &&
    client.trust !== 'unverified'
    ? undefined
    : refuse(
        'unauthorized_client',
        'The application is not registered for backchannel authentication, or no administrator has verified it',
      )
}

const outside = ['request', 'client_id', 'client_secret', 'client_assertion', 'client_assertion_type']

/** CIBA Core §7.1.1: only the authentication of the client is beside a signed request. */
export function isOutsideObject(name: string): boolean {
  return outside.includes(name)
}

/** CIBA Core §7.1. */
export function checkOpenid(scopeNames: readonly string[]): Refusal | undefined {
  return scopeNames.includes('openid')
    ? undefined
    : refuse('invalid_scope', 'The scope must contain openid for backchannel authentication')
}

export function parseBackchannel(parameters: Parameters): BackchannelRequest | Refusal {
  const hint = parseHint(parameters)
  if ('refused' in hint) return hint
  const bindingMessage = parameters.get('binding_message')
  if (bindingMessage !== undefined && !isShowable(bindingMessage))
    return refuse(
      'invalid_binding_message',
      `binding_message must be plain text of 1 to ${longestMessage} characters`,
    )
  const expiry = parameters.get('requested_expiry')
  if (expiry !== undefined && !/^[1-9][0-9]{0,9}$/.test(expiry))
    return refuse('invalid_request', 'requested_expiry must be a positive number of seconds')
  const lifetime = Math.min(Number(expiry ?? deviceCodeLifetime), deviceCodeLifetime)
  return { hint, bindingMessage, lifetime }
}

function parseHint(parameters: Parameters): PersonHint | Refusal {
  const given = hints.filter((name) => parameters.has(name))
  const [kind] = given
  if (kind === undefined || given.length > 1)
    return refuse('invalid_request', 'Send exactly one of login_hint and id_token_hint')
  if (kind === 'login_hint_token') return refuse('invalid_request', 'login_hint_token is not supported')
  return { kind, value: parameters.get(kind) ?? '' }
}

/** No line breaks, and no invisible characters: they could hide or reverse parts of the page. */
function isShowable(message: string): boolean {
  return (
    message.trim() !== '' && [...message].length <= longestMessage && !/[\p{C}\p{Zl}\p{Zp}]/u.test(message)
  )
}
