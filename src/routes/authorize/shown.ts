import { ownerShownTo } from '../../rules/clients/owner.ts'
import type { Destination } from '../../rules/requests/destination.ts'
import type { Shown } from '../../secrets/shown.ts'
import type { CheckedRequest } from './check-request.ts'
import type { KnownFacts } from './facts.ts'

/** Everything that the consent page shows: the answer applies to exactly this. */
export function shownOf(
  { session, owned }: KnownFacts,
  { redirectUri }: Destination,
  { explained, items }: CheckedRequest,
): Shown {
  return {
    userId: session?.user.id,
    client: owned?.client,
    owner: owned && ownerShownTo(session?.user.id, owned),
    logo: owned?.logo,
    destination: redirectUri.uri,
    scopes: explained,
    items,
  }
}
