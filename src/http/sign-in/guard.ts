import type { Permission } from '../../rules/people/role.ts'

/** The people who may see a page: a column of the tables of routes. Every function that returns the signed-in person obeys it. */
export type Guard = ForAnyone | ForUsers

interface ForAnyone {
  readonly for: 'anyone'
}

interface ForUsers {
  readonly for: 'users'
  /** Undefined: any role. For people without it the page does not exist. */
  readonly permission: Permission | undefined
  /**
   * Whether they must have signed in just now, at the highest level of the account: for acts that only the person themself may
   * do, even if somebody else sits at their browser.
   */
  readonly proof: 'never' | 'to change' | 'always'
}

/** The page itself checks who is signed in, if it matters. */
export const anyone: Guard = { for: 'anyone' }
export const signedIn: ForUsers = { for: 'users', permission: undefined, proof: 'never' }

export function permitted(permission: Permission): ForUsers {
  return { for: 'users', permission, proof: 'never' }
}

/** The page needs a fresh proof, and so does its form. */
export function proven(permission?: Permission): ForUsers {
  return { for: 'users', permission, proof: 'always' }
}

/** The page itself needs no fresh proof, but its form does. */
export function toChange(guard: ForUsers): Guard {
  return { ...guard, proof: 'to change' }
}
