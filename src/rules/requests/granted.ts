import type { Client } from '../clients/client.ts'
import { isRefusal, type Refusal } from '../refusal.ts'
import { type OwnApi, type Resource, resolveResources } from './resource.ts'
import { checkScope, type Scope, type ScopeDefinition, type ScopePlaces, scopeOf } from './scope.ts'

/** The part of a request that a client may be granted. */
export interface Granted {
  readonly scope: Scope
  readonly definitions: readonly ScopeDefinition[]
  /** `aud` values as registered. */
  readonly resources: readonly string[]
}

/** The part of a request that can be granted; `scope` undefined means the default. RFC 6749 §3.3, RFC 8707 §2. */
export function grantable(
  asked: { readonly scope: Scope | undefined; readonly resources: readonly string[] },
  client: Pick<Client, 'id' | 'policy'>,
  known: { readonly scopes: readonly ScopeDefinition[]; readonly resources: readonly Resource[] },
  server: ScopePlaces & OwnApi,
): Granted | Refusal {
  const definitions = checkScope(asked.scope, known.scopes, client, server)
  if (isRefusal(definitions)) return definitions
  const resources = resolveResources(asked.resources, known.resources, definitions, server)
  return isRefusal(resources) ? resources : { scope: scopeOf(definitions), definitions, resources }
}
