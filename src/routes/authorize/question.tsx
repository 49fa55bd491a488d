import type { Client } from '../../rules/clients/client.ts'
import type { Lookalike } from '../../rules/clients/lookalike.ts'
import { ownerShownTo } from '../../rules/clients/owner.ts'
import type { Destination } from '../../rules/requests/destination.ts'
import { isOwnInDevelopment, redirectHost, redirectKind } from '../../rules/requests/redirect-uri.ts'
import type { OwnedClient } from '../../store/clients/clients.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import type { Site } from '../../ui/site.ts'
import type { CheckedRequest } from './check-request.ts'
import { ConsentPage } from './consent-page.tsx'

export interface QuestionProps {
  readonly site: Site
  readonly session: Session | undefined
  readonly owned: OwnedClient | undefined
  readonly client: Client
  readonly destination: Destination
  readonly checked: CheckedRequest
  readonly lookalike: Lookalike | undefined
  /** A fingerprint of everything that is shown. */
  readonly shown: string
  /** The request itself. A request object in it keeps the time when it arrived. */
  readonly action: string
  /** Why the question is asked again. */
  readonly notice: string | undefined
}

/** The consent page for a checked request. */
export function Question({ session, owned, client, destination, checked, ...rest }: QuestionProps) {
  const { uri } = destination.redirectUri
  const isOwnHere = isOwnInDevelopment(uri, rest.site.issuer, client, session?.user.id)
  return (
    <ConsentPage
      {...rest}
      clientId={client.id}
      applicationName={client.name}
      logo={owned?.logo}
      owner={owned && ownerShownTo(session?.user.id, owned)}
      redirectHost={redirectHost(uri)}
      trust={client.trust}
      isOwn={client.registeredBy === 'person' && client.ownerId === session?.user.id}
      isRememberable={isOwnHere && checked.items.length === 0}
      redirect={redirectKind(uri)}
      granted={checked.explained}
      items={checked.items}
    />
  )
}
