import type { Connection } from '../../rules/sign-in/connection.ts'
import { hasAuditEvent } from '../../store/audit-events.ts'
import { holds, read } from '../../store/database.ts'
import {
  type ConnectionEdit,
  canChangeTo,
  deleteConnection,
  domainsAreFree,
  findTakenDomains,
  type HomeDomain,
  hasConnection,
  hasNoIdentities,
  hasProviderSecret,
  insertConnection,
  isOrder,
  isVersion,
  mayInsert,
  mostConnections,
  type NewConnection,
  orderConnections,
  replaceSecret,
  setConnectionSuspended,
  updateConnection,
} from '../../store/sign-in/connection-changes.ts'
import { findConnection, listConnections } from '../../store/sign-in/connections.ts'
import { always, and } from '../../store/sql.ts'
import { type Doing, end } from '../act.ts'

/** Why a connection can't be saved. */
export interface ConnectionConflicts {
  /** A new one: another has its id. */
  readonly isTaken: boolean
  /** A new one: there are as many as possible. */
  readonly isFull: boolean
  /** Domains of other connections. */
  readonly takenDomains: readonly string[]
  /** Somebody changed it after the administrator saw it. */
  readonly isOutdated: boolean
  /** People sign in with it, and it would recognise them by something else. */
  readonly losesPeople: boolean
}

type Outcome = 'saved' | 'gone' | 'refused' | ConnectionConflicts

const noConflict: ConnectionConflicts = {
  isTaken: false,
  isFull: false,
  takenDomains: [],
  isOutdated: false,
  losesPeople: false,
}

/** Adds a connection as the last button. */
export async function addConnection(
  doing: Doing,
  connection: NewConnection,
  domains: readonly HomeDomain[],
): Promise<Outcome> {
  const { db, act, now } = doing
  const { id } = connection
  const { all, takenDomains, done } = await read(db, {
    all: listConnections(db),
    takenDomains: findTakenDomains(db, id, domains),
    done: hasAuditEvent(db, act.attemptId),
  })
  const isTaken = all.some((other) => other.id === id)
  const isFull = all.length >= mostConnections
  // The form sent again finds what it has saved itself.
  if (!done && (isTaken || isFull || takenDomains.length > 0))
    return { ...noConflict, isTaken, isFull, takenDomains }
  const saved = await end(
    doing,
    { type: 'connection_added', target: id, only: mayInsert(id, domains) },
    ...insertConnection(db, act, connection, domains, now),
  )
  return saved ? 'saved' : 'refused'
}

/** Changes the version that the administrator saw. `domains` undefined: they stay. */
export async function changeConnection(
  doing: Doing,
  edit: ConnectionEdit,
  domains: readonly HomeDomain[] | undefined,
  seenAt: number,
): Promise<Outcome> {
  const { db, act, now } = doing
  const { id } = edit
  const { before, isUnused, takenDomains, done } = await read(db, {
    before: findConnection(db, id),
    isUnused: holds(db, hasNoIdentities(id)),
    takenDomains: findTakenDomains(db, id, domains ?? []),
    done: hasAuditEvent(db, act.attemptId),
  })
  if (before === undefined) return 'gone'
  const mayMove = recognisesSame(before, edit) ? always : hasNoIdentities(id)
  const isOutdated = before.updatedAt !== seenAt
  const losesPeople = !isUnused && mayMove !== always
  if (!done && (isOutdated || losesPeople || takenDomains.length > 0))
    return { ...noConflict, isOutdated, losesPeople, takenDomains }
  const only = and(isVersion(id, seenAt), mayMove, domainsAreFree(id, domains ?? []))
  const saved = await end(
    doing,
    { type: 'connection_changed', target: id, only },
    ...updateConnection(db, act, edit, domains, seenAt, now),
  )
  return saved ? 'saved' : 'refused'
}

/**
 * Whether the same people have the same subjects after the change: the same claim, and for plain OAuth 2 from the same server.
 * Otherwise the subject of one person could become that of another.
 */
function recognisesSame(before: Connection, { settings }: ConnectionEdit): boolean {
  const origin = (connection: Pick<Connection, 'settings'>) => {
    const { endpoints } = connection.settings
    return endpoints && new URL(endpoints.user).origin
  }
  return before.settings.claims.subject === settings.claims.subject && origin(before) === origin({ settings })
}

/** False: it has none (`private_key_jwt`). */
export function replaceConnectionSecret(doing: Doing, id: string, sealedSecret: string): Promise<boolean> {
  const { db, act, now } = doing
  const event = { type: 'connection_secret_replaced', target: id, only: hasProviderSecret(id) } as const
  return end(doing, event, replaceSecret(db, act, id, sealedSecret, now))
}

/** While it is suspended it has no button, and nobody signs in with it. Sessions stay. */
export function suspendConnection(doing: Doing, id: string, suspended: boolean): Promise<boolean> {
  const { db, act, now } = doing
  const type = suspended ? 'connection_suspended' : 'connection_resumed'
  const event = { type, target: id, only: canChangeTo(id, suspended) } as const
  return end(doing, event, setConnectionSuspended(db, act, id, suspended ? now : undefined, now))
}

/** Deletes it with its identities. The people who came in through it are signed out. */
export function removeConnection(doing: Doing, id: string, issuer: string): Promise<boolean> {
  const { db, act, now } = doing
  const event = { type: 'connection_deleted', target: id, only: hasConnection(id) } as const
  return end(doing, event, ...deleteConnection(db, act, id, issuer, now))
}

/** Moves a button by one place. False: it is the first or the last, or somebody else changed the order meanwhile. */
export async function moveConnection(doing: Doing, id: string, by: -1 | 1): Promise<boolean> {
  const { db, act, now } = doing
  const { all, done } = await read(db, {
    all: listConnections(db),
    done: hasAuditEvent(db, act.attemptId),
  })
  if (done) return true
  const seen = all.map((one) => one.id)
  const from = seen.indexOf(id)
  const other = seen[from + by]
  if (from < 0 || other === undefined) return false
  const wanted = seen.with(from, other).with(from + by, id)
  const event = { type: 'connection_changed', target: id, only: isOrder(seen) } as const
  return end(doing, event, orderConnections(db, act, wanted, now))
}
