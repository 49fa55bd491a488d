import type { Client } from '../../rules/clients/client.ts'
import { type Failing, failingOf } from '../../rules/profile-faults.ts'
import { findAwaitsOwner } from '../../store/clients/awaiting-owner.ts'
import { findManagedClient, type OwnedClient } from '../../store/clients/clients.ts'
import { type Answers, combined, type Queries, read } from '../../store/database.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import type { Site } from '../../ui/site.ts'
import type { Area } from '../../ui/words/messages/index.ts'
import type { Context } from '../context.ts'
import { undoLink } from '../kept-fields.ts'
import { siteFor } from '../pages.tsx'
import { requireSession, showNothing } from '../sign-in/require-session.ts'

/** The application in the URL, if this person may see it. */
export async function findManaged(c: Context, session: Session): Promise<OwnedClient | undefined> {
  const { DB } = c.env
  return (await read(DB, { owned: findManagedClient(DB, clientIdOf(c), session.user.id) })).owned
}

/** The application that the URL names. */
export function clientIdOf(c: Context): string {
  return c.req.param('clientId') ?? ''
}

interface Framed<A extends Area, Q extends Queries> {
  /** The frame of each page about one application. */
  readonly frame: {
    readonly site: Site<A>
    readonly client: Client
    readonly logo: string | undefined
    /** Suspended until its owner has looked at it. */
    readonly awaitsOwner: boolean
    /** The profile that the application can't follow, and the settings that it forbids. */
    readonly failing: Failing | undefined
    /** Names of the fields or of the form that the viewer has just saved; empty for something else. */
    readonly saved: string | undefined
    /** The form with the settings from before. */
    readonly undo: string | undefined
  }
  readonly ownerName: string
  readonly found: Answers<Q>
}

/** The reads of a page about one application, in one batch; or the answer to a person who may not see it. */
export async function readFrame<A extends Area, Q extends Queries>(
  c: Context<A | 'applications'>,
  queries: (db: D1Database, clientId: string) => Q,
): Promise<Framed<A | 'applications', Q> | Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { DB } = c.env
  const id = clientIdOf(c)
  const { owned, awaitsOwner, found } = await read(DB, {
    owned: findManagedClient(DB, id, session.user.id),
    awaitsOwner: findAwaitsOwner(DB, id),
    found: combined(queries(DB, id), (answers) => answers),
  })
  if (owned === undefined) return showNothing(c, session)
  const { client, logo, ownerName } = owned
  const { paths } = c.var
  const saved = c.req.query('saved')
  const undo = undoLink(c, saved === 'policy' ? paths.applicationPolicy(id) : paths.updateApplication(id))
  const failing = failingOf(client, c.var.config.leastProfile)
  const frame = { site: siteFor(c, session), client, logo, awaitsOwner, failing, saved, undo }
  return { frame, ownerName, found }
}
