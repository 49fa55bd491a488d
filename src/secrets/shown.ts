import type { Client } from '../rules/clients/client.ts'
import type { ShownOwner } from '../rules/clients/owner.ts'
import type { ScopeDefinition } from '../rules/requests/scope.ts'
import type { KeyRing } from '../values/key-ring.ts'
import { isMacOf, mac } from './derived-keys.ts'

/** What a person decides by when they let an application in. */
export interface Shown {
  readonly userId: string | undefined
  readonly client: Pick<Client, 'id' | 'name' | 'trust'> | undefined
  readonly owner: ShownOwner | undefined
  readonly logo: string | undefined
  /** Where the answer goes: a redirect URI, or a device. */
  readonly destination: string
  readonly scopes: readonly ScopeDefinition[]
}

/**
 * Stands in a form for everything that the person decides by, whatever language it was told in. A developer may change it while
 * the page is open; then the mark is another one, and the person is asked again.
 */
export function shownMark(secret: string, shown: Shown): string {
  return mac(secret, 'shown', textOf(shown))
}

/** Whether a form showed what would be shown now. */
export function wasShown(ring: KeyRing, mark: string | null | undefined, shown: Shown): boolean {
  return isMacOf(ring, 'shown', textOf(shown), mark ?? '')
}

function textOf({ userId, client, owner, logo, destination, scopes }: Shown): string {
  const explained = scopes.map(({ name, description, resource }) => [name, description, resource])
  const application = [client?.id, client?.name, client?.trust, owner?.kind, owner?.text, logo]
  return JSON.stringify([userId, ...application, destination, explained])
}
