import type { ConnectionSettings } from '../sign-in/connection.ts'
import { isInDomains } from './provider-mapping.ts'

/** The facts about a person without an account. */
export interface Newcomer {
  /** Their address, if it counts as confirmed. */
  readonly confirmed: string | undefined
  /** A valid invitation: a link that they have, or one to their confirmed address. */
  readonly isInvited: boolean
}

/** Whether a person may create an account by a connection. */
export function maySignUp(
  { signUp, signUpDomains }: ConnectionSettings,
  { confirmed, isInvited }: Newcomer,
): boolean {
  switch (signUp) {
    case 'nobody':
      return false
    case 'invited':
      return isInvited
    case 'domains':
      return isInvited || (confirmed !== undefined && isInDomains(confirmed, signUpDomains))
    case 'everybody':
      return true
  }
}
