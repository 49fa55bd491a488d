import type { Client } from '../../rules/clients/client.ts'
import { clientBytes, clientSizeProblem, type Quotas } from '../../rules/clients/size.ts'
import { may, type Role } from '../../rules/people/role.ts'
import { countOwned } from '../../store/clients/owned.ts'
import { read } from '../../store/database.ts'
import type { NamedProblem } from '../../values/problem.ts'

/** The planned state of a client, and the size of its logo. */
export interface Wanted {
  readonly client: Client
  readonly logoBytes?: number
  readonly isNew: boolean
}

/**
 * Why an application may not become like this; undefined when it may. Administrators have no quota, but the maximum size of one
 * application applies to everybody. Two changes at once may exceed the sum of bytes by one application; the number of
 * applications is decided by the statement that adds one.
 */
export async function findRoomProblem(
  db: D1Database,
  quotas: Quotas,
  role: Role,
  { client, logoBytes = 0, isNew }: Wanted,
): Promise<NamedProblem | undefined> {
  const tooLarge = clientSizeProblem(client)
  if (tooLarge !== undefined || may(role, 'administer')) return tooLarge
  const { owned } = await read(db, {
    owned: countOwned(db, client.ownerId, client.id, quotas.applications),
  })
  if (isNew && owned.applications >= quotas.applications) {
    return { code: 'applicationsMany', most: quotas.applications }
  }
  return owned.bytes + clientBytes(client) + logoBytes > quotas.applicationBytes
    ? { code: 'applicationsLarge', most: Math.floor(quotas.applicationBytes / 1024) }
    : undefined
}
