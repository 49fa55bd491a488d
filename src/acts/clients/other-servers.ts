import type { OtherServer } from '../../rules/tokens/assertion.ts'
import { hasAuditEvent } from '../../store/audit-events.ts'
import {
  deleteOtherServer,
  findOtherServer,
  hasOtherServer,
  type KnownAs,
  putOtherServer,
} from '../../store/clients/other-servers.ts'
import { read } from '../../store/database.ts'
import { findConfidentialClients } from '../../store/requests/named-clients.ts'
import { change, type Doing, end } from '../act.ts'

export interface WholeServer {
  readonly server: OtherServer
  /** Client ids of the applications that it may vouch to. */
  readonly accepted: readonly string[]
  /** The applications that may get assertions for it. */
  readonly asserted: readonly KnownAs[]
}

/** Why a server can't be saved. */
export interface ServerConflicts {
  readonly isTaken: boolean
  /** Applications that don't exist, or can't authenticate. */
  readonly unknown: Readonly<Record<'accepted' | 'asserted', readonly string[]>>
}

/** `gone`: there is no such server to change. */
export async function saveOtherServer(
  doing: Doing,
  { server, accepted, asserted }: WholeServer,
  isNew: boolean,
): Promise<'saved' | 'gone' | 'refused' | ServerConflicts> {
  const { db, act, now } = doing
  const { issuer } = server
  const named = asserted.map(({ clientId }) => clientId)
  const before = await read(db, {
    server: findOtherServer(db, issuer),
    possible: findConfidentialClients(db, [...accepted, ...named]),
    done: hasAuditEvent(db, act.attemptId),
  })
  if (!isNew && before.server === undefined) return 'gone'
  const isUnknown = (id: string) => !before.possible.includes(id)
  const unknown = { accepted: accepted.filter(isUnknown), asserted: named.filter(isUnknown) }
  const isTaken = isNew && before.server !== undefined
  // The form sent again finds what it has saved itself.
  if ((isTaken || Object.values(unknown).flat().length > 0) && !before.done) return { isTaken, unknown }
  const done = await change(
    doing,
    { type: 'server_saved', target: issuer, only: hasOtherServer(issuer) },
    ...putOtherServer(db, act, server, accepted, asserted, now),
  )
  return done ? 'saved' : 'refused'
}

export function removeOtherServer(doing: Doing, issuer: string): Promise<boolean> {
  const { db, act, now } = doing
  const event = { type: 'server_deleted', target: issuer, only: hasOtherServer(issuer) } as const
  return end(doing, event, ...deleteOtherServer(db, act, issuer, now))
}
