import { saltFor } from '../../acts/server/kept-keys.ts'
import type { Client } from '../../rules/clients/client.ts'
import { reachedAcr } from '../../rules/openid/id-token.ts'
import { sectorFor, subjectIn } from '../../rules/openid/subject.ts'
import { isRefusal } from '../../rules/refusal.ts'
import type { Asked } from '../../rules/requests/asked.ts'
import type { DetailType } from '../../rules/requests/detail-type.ts'
import type { Consent, KnownSession } from '../../rules/requests/next-step.ts'
import type { Resource } from '../../rules/requests/resource.ts'
import type { ScopeDefinition } from '../../rules/requests/scope.ts'
import { hasFactor } from '../../rules/sign-in/step-up.ts'
import { type FoundClient, findClient } from '../../store/clients/clients.ts'
import { none, read } from '../../store/database.ts'
import { findSessionAtClient } from '../../store/requests/consents.ts'
import { findDetailTypes } from '../../store/requests/detail-type.ts'
import { findScopes } from '../../store/requests/known-scopes.ts'
import { findResources } from '../../store/requests/resources.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import type { KeyRing } from '../../values/key-ring.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Lifetimes, Seconds } from '../../values/time.ts'

/** All facts about a request before anybody is asked. */
export interface KnownFacts {
  readonly owned: FoundClient | undefined
  readonly session: Session | undefined
  /** Earlier consents to this client, per host. */
  readonly consents: readonly Consent[]
  readonly scopes: readonly ScopeDefinition[]
  readonly resources: readonly Resource[]
  readonly detailTypes: readonly DetailType[]
}

/** In one round trip. `session`: the secret that the browser sends. */
export async function readFacts(
  db: D1Database,
  asked: Asked,
  session: SecretHash<'session'> | undefined,
  lifetimes: Lifetimes,
  now: Seconds,
): Promise<KnownFacts> {
  const clientId = asked.parameters.get('client_id')
  const { visitor, client, ...facts } = await read(db, {
    client: clientId === undefined ? none : findClient(db, clientId),
    visitor: session === undefined ? none : findSessionAtClient(db, session, clientId ?? '', lifetimes, now),
    scopes: findScopes(db, asked.scopeNames),
    resources: findResources(db, isRefusal(asked.resources) ? [] : asked.resources),
    detailTypes: findDetailTypes(db, asked.detailTypes),
  })
  return {
    ...facts,
    owned: client && { client },
    session: visitor?.session,
    consents: visitor?.consents ?? [],
  }
}

/** The session as this client knows it. */
export async function knownSession(
  db: D1Database,
  keyRing: KeyRing,
  client: Client,
  session: Session | undefined,
): Promise<KnownSession | undefined> {
  if (session === undefined) return undefined
  const sector = sectorFor(client)
  const salt = await saltFor(db, keyRing, sector)
  const { authenticatedAt, amr, user } = session
  return {
    authenticatedAt,
    reachedAcr: reachedAcr(amr),
    hasFactor: hasFactor(session),
    subject: subjectIn(sector, user.id, salt),
  }
}
