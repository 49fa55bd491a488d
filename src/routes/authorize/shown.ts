import { ownerShownTo } from '../../rules/clients/owner.ts'
import type { Destination } from '../../rules/requests/destination.ts'
import type { Shown } from '../../secrets/shown.ts'
import type { OwnedClient } from '../../store/clients/clients.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import type { CheckedRequest } from './check-request.ts'

/** Everything that the consent page shows: the answer applies to exactly this. */
export function shownOf(
  session: Session | undefined,
  owned: OwnedClient | undefined,
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
