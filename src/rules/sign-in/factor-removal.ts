import type { Role } from '../people/role.ts'

/** For so long after its time, in seconds, a removal can still take effect. Later it has to be asked for again. */
export const removalWindow = 7 * 86_400

/** The server must not be given away to somebody who can wait: administrators are helped by another administrator. */
export function mayAskForRemoval(role: Role): boolean {
  return role !== 'administrator'
}
