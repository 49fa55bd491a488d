import { type DeviceWords, deviceName } from '../../../protocol/device-name.ts'
import type { AuditEventType, ListedEvent } from '../../../store/audit-events.ts'
import type { IconName } from '../../../ui/icons.tsx'

/** What people read for what happened. `…` stands for the application, `@` for the device. */
const words: Record<AuditEventType, readonly [icon: IconName, text: string]> = {
  administrator_created: ['person', 'Your account was created, as the first administrator'],
  sign_in: ['key', 'You signed in with @'],
  sign_in_failed: ['warning', 'Somebody tried to sign in with a wrong password'],
  sign_in_locked: ['warning', 'Signing in was stopped for a while, after too many wrong passwords'],
  sign_out: ['key', 'You signed out'],
  account_locked: ['warning', 'Signing in was stopped for a short time, after five wrong passwords'],
  password_reset_requested: ['key', 'Somebody asked for a new password by mail'],
  password_reset: ['key', 'You chose a new password, by a link that was mailed to you'],
  mail_failed: ['warning', 'A mail to you could not be sent'],
  email_link_sent: ['person', 'You asked for a link that confirms an email address'],
  email_verified: ['person', 'You confirmed your email address'],
  signed_up: ['person', 'You created your account'],
  invitation_sent: ['users', 'You invited somebody'],
  invitation_withdrawn: ['users', 'You withdrew an invitation'],
  second_factor_failed: ['warning', 'Your password was given, and then a wrong code'],
  recovery_code_used: ['key', 'You signed in with a recovery code'],
  passkey_added: ['shield', 'You added a passkey'],
  passkey_removed: ['shield', 'You removed a passkey'],
  passkey_refused: ['warning', 'A passkey was shown, and refused'],
  authenticator_added: ['shield', 'You added an authenticator app'],
  authenticator_removed: ['shield', 'You removed your authenticator app'],
  recovery_codes_replaced: ['shield', 'You made new recovery codes'],
  client_registered: ['applications', 'You registered the application …'],
  client_updated: ['applications', 'You changed the application …'],
  client_deleted: ['applications', 'You deleted an application'],
  client_policy_updated: ['applications', 'You changed the tokens and sign-in of …'],
  client_secret_made: ['applications', 'You made a secret for …'],
  client_secret_deleted: ['applications', 'You deleted a secret of …'],
  client_suspended: ['shield', 'You suspended the application …'],
  client_resumed: ['shield', 'You resumed the application …'],
  client_trust_changed: ['shield', 'You changed the trust in …'],
  user_suspended: ['shield', 'You suspended a user'],
  user_resumed: ['shield', 'You resumed a user'],
  role_changed: ['shield', 'You changed the role of a user'],
  factors_reset: ['shield', 'You reset the second factor of a user'],
  user_sessions_ended: ['shield', 'You ended the sessions of a user'],
  claims_changed: ['person', 'You changed somebody’s claims or groups'],
  access_ended: ['shield', 'You ended the access of … to a user'],
  api_saved: ['shield', 'You saved an API'],
  api_deleted: ['shield', 'You deleted an API'],
  scope_saved: ['shield', 'You saved a scope'],
  scope_deleted: ['shield', 'You deleted a scope'],
  signing_key_made: ['shield', 'You rotated a signing key'],
  authorization_issued: ['check', '… got access in your name'],
  authorization_denied: ['cross', 'You refused access to …'],
  code_replayed: ['warning', '… used a code twice, so its access was ended'],
  refresh_token_reused: ['warning', 'An old token of … was used again, so its access was ended'],
  token_revoked: ['cross', '… gave its access back'],
  everything_ended: ['shield', 'All access was ended'],
  profile_updated: ['person', 'You changed your profile'],
  email_changed: ['person', 'You changed your email address'],
  password_changed: ['key', 'You changed your password'],
  password_refused: ['warning', 'A wrong password was given, to change something in your account'],
  session_ended: ['screen', 'You signed out of @'],
  other_sessions_ended: ['screen', 'You signed out everywhere else'],
  consent_removed: ['cross', 'You removed the access of …'],
  account_deleted: ['cross', 'You deleted your account'],
}

/** The sentence around a name, which comes from a stranger and is set apart. */
export interface Sentence {
  readonly icon: IconName
  readonly before: string
  readonly name: string | undefined
  readonly after: string
}

export function sentenceOf({ type, clientName, detail }: ListedEvent, devices: DeviceWords): Sentence {
  const [icon, text] = isKnown(type) ? words[type] : (['clock', type] as const)
  const [before = '', after] = text.replace('@', deviceName(detail, devices)).split('…')
  if (after === undefined) return { icon, before, name: undefined, after: '' }
  return { icon, before, name: clientName ?? 'an application that is gone', after }
}

function isKnown(type: string): type is AuditEventType {
  return Object.hasOwn(words, type)
}
