/** Roles on this server. Everybody may manage their own account and applications. */
export const roles = ['administrator', 'support', 'developer', 'user'] as const
export type Role = (typeof roles)[number]

/** Permissions beyond one's own things. */
export const permissions = ['administer', 'see', 'end', 'register'] as const
export type Permission = (typeof permissions)[number]

/**
 * `administer`: change anything. `see`: read the administration, which never shows a secret. `end`: end people's sessions and
 * consents. `register`: own applications, even where not everybody may.
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
 * Whether a person of the role `by` may end sessions and access of a person of the role `of`: never upwards, or support could
 * lock out every administrator.
 */
export function mayEndOf(by: Role, of: Role): boolean {
  return may(by, 'administer') || (may(by, 'end') && !may(of, 'administer'))
}

export function rolesThatMay(permission: Permission): readonly Role[] {
  return roles.filter((role) => may(role, permission))
}
