import type { Permission } from '../../rules/people/role.ts'

/** Who a page is for: a column of the tables of routes. Every function that answers who is signed in obeys it. */
export type Guard = ForAnyone | ForUsers

interface ForAnyone {
  readonly for: 'anyone'
}

interface ForUsers {
  readonly for: 'users'
  /** Undefined: whatever their role is. Nothing is here for those without it. */
  readonly permission: Permission | undefined
  /**
   * Whether they must have signed in just now, at the highest level that the account has: for what only the person themself may
   * do, even if somebody else sits at their browser.
   */
  readonly proof: 'never' | 'to change' | 'always'
}

/** The page looks itself at who is signed in, if it is of interest. */
export const anyone: Guard = { for: 'anyone' }
export const signedIn: ForUsers = { for: 'users', permission: undefined, proof: 'never' }

export function permitted(permission: Permission): ForUsers {
  return { for: 'users', permission, proof: 'never' }
}

/** The page takes a new proof, and so does its form. */
export function proven(permission?: Permission): ForUsers {
  return { for: 'users', permission, proof: 'always' }
}

/** The page itself takes no new proof, the form that it shows does. */
export function toChange(guard: ForUsers): Guard {
  return { ...guard, proof: 'to change' }
}
