import type { TypedScope } from '../../rules/requests/scope-form.ts'
import { hasAuditEvent } from '../../store/audit-events.ts'
import { read } from '../../store/database.ts'
import { deleteApi, findApi, hasApi, putApi, type RegisteredApi } from '../../store/requests/apis.ts'
import { findScopes } from '../../store/requests/known-scopes.ts'
import { findConfidentialClients, putNamedClients } from '../../store/requests/named-clients.ts'
import { findResources } from '../../store/requests/resources.ts'
import { change, type Doing, end } from '../act.ts'

export interface WholeApi {
  readonly api: RegisteredApi
  readonly scopes: readonly TypedScope[]
  /** Client ids that may introspect its tokens. */
  readonly introspectors: readonly string[]
  /** Client ids that may exchange tokens for it. */
  readonly exchangers: readonly string[]
}

/** Conflicts that prevent saving an API. */
export interface ApiConflicts {
  /** The identifier of another API that is equal or equivalent (RFC 8707 §2). */
  readonly taken: string | undefined
  /** Names of existing scopes that belong elsewhere. */
  readonly elsewhere: readonly string[]
  /** Applications that don't exist, or can't authenticate. */
  readonly unknown: Readonly<Record<'introspectors' | 'exchangers', readonly string[]>>
}

/** `gone`: there is no such API to change. */
export async function saveApi(
  doing: Doing,
  { api, scopes, introspectors, exchangers }: WholeApi,
  isNew: boolean,
): Promise<'saved' | 'gone' | 'refused' | ApiConflicts> {
  const { db, act, now } = doing
  const { identifier } = api
  const before = await read(db, {
    api: findApi(db, identifier),
    scopes: findScopes(
      db,
      scopes.map(({ name }) => name),
    ),
    possible: findConfidentialClients(db, [...introspectors, ...exchangers]),
    similar: findResources(db, [identifier]),
    done: hasAuditEvent(db, act.attemptId),
  })
  if (!isNew && before.api === undefined) return 'gone'
  const isUnknown = (id: string) => !before.possible.includes(id)
  const conflicts = {
    taken: isNew ? (before.api ?? before.similar[0])?.identifier : undefined,
    elsewhere: before.scopes.filter(({ resource }) => resource !== identifier).map(({ name }) => name),
    unknown: { introspectors: introspectors.filter(isUnknown), exchangers: exchangers.filter(isUnknown) },
  }
  const { taken, elsewhere, unknown } = conflicts
  const isFree = taken === undefined && elsewhere.length === 0 && Object.values(unknown).flat().length === 0
  // The form sent again finds what it has saved itself.
  if (!isFree && !before.done) return conflicts
  const done = await change(
    doing,
    { type: 'api_saved', target: identifier, only: hasApi(identifier) },
    ...putApi(db, act, api, scopes, now),
    ...putNamedClients(db, act, 'api_introspectors', identifier, introspectors),
    ...putNamedClients(db, act, 'api_exchangers', identifier, exchangers),
  )
  return done ? 'saved' : 'refused'
}

export function removeApi(doing: Doing, identifier: string): Promise<boolean> {
  const { db, act, now } = doing
  const event = { type: 'api_deleted', target: identifier, only: hasApi(identifier) } as const
  return end(doing, event, ...deleteApi(db, act, identifier, now))
}
