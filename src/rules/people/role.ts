/** What people are on this server. Everybody may do what is theirs: their account, and applications that they own. */
export const roles = ['administrator', 'support', 'developer', 'user'] as const
export type Role = (typeof roles)[number]

/** What goes beyond one's own. */
export const permissions = ['administer', 'see', 'end', 'register'] as const
export type Permission = (typeof permissions)[number]

/**
 * `administer`: change anything. `see`: read the administration, which never shows a secret. `end`: end people's sessions, and
 * what they allowed applications. `register`: applications of one's own, also where not everybody may.
 */
const allowed: Record<Role, readonly Permission[]> = {
  administrator: ['administer', 'see', 'end', 'register'],
  support: ['see', 'end'],
  developer: ['register'],
  user: [],
}

export function may(role: Role, permission: Permission): boolean {
  return allowed[role].includes(permission)
}

/**
 * Whether somebody of the role `by` may end sessions and access of somebody of the role `of`: never upwards, or support could
 * keep every administrator out.
 */
export function mayEndOf(by: Role, of: Role): boolean {
  return may(by, 'administer') || (may(by, 'end') && !may(of, 'administer'))
}

export function rolesThatMay(permission: Permission): readonly Role[] {
  return roles.filter((role) => may(role, permission))
}
