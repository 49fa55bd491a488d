import type { Role } from '../people/role.ts'

/** Seconds after its date during which a removal can still take effect. Later it has to be requested again. */
export const removalWindow = 7 * 86_400

/** Patience must not be enough to take over the server: administrators are helped by another administrator. */
export function mayAskForRemoval(role: Role): boolean {
  return role !== 'administrator'
}
