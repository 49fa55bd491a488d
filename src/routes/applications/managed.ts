import type { Context } from '../../http/context.ts'
import { findManagedClient, type OwnedClient } from '../../store/clients/clients.ts'
import { read } from '../../store/database.ts'
import type { Session } from '../../store/sign-in/sessions.ts'

/** The application that the URL names, if this person may see it. */
export async function findManaged(c: Context, session: Session): Promise<OwnedClient | undefined> {
  const { DB } = c.env
  return (await read(DB, { owned: findManagedClient(DB, clientIdOf(c), session.user.id) })).owned
}

export function clientIdOf(c: Context): string {
  return c.req.param('clientId') ?? ''
}
