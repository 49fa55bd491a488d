import type { Context } from '../../http/context.ts'
import { presentedSession } from '../../http/sign-in/session.ts'
import { isRefusal } from '../../rules/refusal.ts'
import type { Asked } from '../../rules/requests/asked.ts'
import type { Consent } from '../../rules/requests/next-step.ts'
import type { Resource } from '../../rules/requests/resource.ts'
import type { ScopeDefinition } from '../../rules/requests/scope.ts'
import { hashSecret } from '../../secrets/secret.ts'
import { findOwnedClient, type OwnedClient } from '../../store/clients/clients.ts'
import { combined, type Query, read } from '../../store/database.ts'
import { findSessionAtClient } from '../../store/requests/consents.ts'
import { findResources } from '../../store/requests/resources.ts'
import { findScopes } from '../../store/requests/scopes.ts'
import type { Session } from '../../store/sign-in/sessions.ts'

/** All facts about a request before anybody is asked. */
export interface KnownFacts {
  readonly owned: OwnedClient | undefined
  readonly session: Session | undefined
  /** Earlier consents to this client, per host. */
  readonly consents: readonly Consent[]
  readonly scopes: readonly ScopeDefinition[]
  readonly resources: readonly Resource[]
}

const none: Query<undefined> = combined({}, () => undefined)

/** In one round trip. */
export async function readFacts(c: Context, asked: Asked): Promise<KnownFacts> {
  const { DB } = c.env
  const { now, config } = c.var
  const clientId = asked.parameters.get('client_id')
  const session = presentedSession(c)
  const { visitor, ...facts } = await read(DB, {
    owned: clientId === undefined ? none : findOwnedClient(DB, clientId),
    visitor:
      session === undefined
        ? none
        : findSessionAtClient(DB, hashSecret(session), clientId ?? '', config.lifetimes, now),
    scopes: findScopes(DB, asked.scopeNames),
    resources: findResources(DB, isRefusal(asked.resources) ? [] : asked.resources),
  })
  return { ...facts, session: visitor?.session, consents: visitor?.consents ?? [] }
}
