import { timingSafeEqual } from 'node:crypto'
import type { Destination } from '../../rules/requests/request.ts'
import { mac } from '../../secrets/derived-keys.ts'
import type { CheckedRequest } from './check-request.ts'
import type { KnownFacts } from './facts.ts'

/**
 * Stands in the consent form for everything that the person decides by, whatever language it was told in. A developer may change
 * it while the page is open; then the mark is another one, and the person is asked again.
 */
export function shownMark(
  secret: string,
  { session, owned }: KnownFacts,
  { redirectUri }: Destination,
  { explained }: CheckedRequest,
): string {
  const client = owned?.client
  const scopes = explained.map(({ name, description, resource }) => [name, description, resource])
  const application = [client?.id, client?.name, client?.trust, owned?.ownerName, owned?.logo]
  const shown = [session?.user.id, ...application, redirectUri.uri, scopes]
  return mac(secret, 'shown', JSON.stringify(shown))
}

/** Whether a consent form showed what would be shown now. */
export function wasShown(secret: string, mark: string | undefined, ...what: Shown): boolean {
  const [sent, now] = [Buffer.from(mark ?? ''), Buffer.from(shownMark(secret, ...what))]
  return sent.length === now.length && timingSafeEqual(sent, now)
}

type Shown = [facts: KnownFacts, destination: Destination, checked: CheckedRequest]
