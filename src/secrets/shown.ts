import type { Client } from '../rules/clients/client.ts'
import type { ShownOwner } from '../rules/clients/owner.ts'
import type { ExplainedDetail } from '../rules/requests/authorization-details.ts'
import type { ScopeDefinition } from '../rules/requests/scope.ts'
import type { KeyRing } from '../values/key-ring.ts'
import { isMacOf, mac } from './derived-keys.ts'

/** Everything that a person sees before allowing an application. */
export interface Shown {
  readonly userId: string | undefined
  readonly client: Pick<Client, 'id' | 'name' | 'trust'> | undefined
  readonly owner: ShownOwner | undefined
  readonly logo: string | undefined
  /** The receiver of the answer: a redirect URI, or a device. */
  readonly destination: string
  readonly scopes: readonly ScopeDefinition[]
  /** Authorization details. */
  readonly items: readonly ExplainedDetail[]
}

/**
 * A fingerprint, in a form, of everything that the person decides by, in any language. A developer may change it while the page
 * is open; then the mark differs, and the person is asked again.
 */
export function shownMark(secret: string, shown: Shown): string {
  return mac(secret, 'shown', textOf(shown))
}

/** Whether a form showed what would be shown now. */
export function wasShown(ring: KeyRing, mark: string | null | undefined, shown: Shown): boolean {
  return isMacOf(ring, 'shown', textOf(shown), mark ?? '')
}

function textOf({ userId, client, owner, logo, destination, scopes, items }: Shown): string {
  const explained = scopes.map(({ name, description, resource }) => [name, description, resource])
  const application = [client?.id, client?.name, client?.trust, owner?.kind, owner?.text, logo]
  return JSON.stringify([userId, ...application, destination, explained, items])
}
