import type { ClientTrust } from '../../rules/clients/client.ts'
import type { RedirectKind } from '../../rules/requests/redirect-uri.ts'
import type { ScopeDefinition } from '../../rules/requests/scope.ts'
import { Again, ChoiceForm, From, Meeting, ScopeList, SignedInAs } from '../../ui/consent.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'
import { Fill, fillText } from '../../ui/words/fill.tsx'

export interface ConsentPageProps {
  readonly site: Site
  /** This page's own URL: the request itself. */
  readonly action: string
  readonly clientId: string
  readonly applicationName: string
  readonly logo: string | undefined
  readonly ownerName: string
  readonly redirectHost: string
  readonly redirect: RedirectKind
  readonly trust: ClientTrust
  /** Whether it describes itself in a document at `ownerName`, a host. */
  readonly isPublished: boolean
  readonly granted: readonly ScopeDefinition[]
  /** Stands for all of this: the answer is to what was shown. */
  readonly shown: string
  /** Why the question comes once more. */
  readonly notice: string | undefined
}

export function ConsentPage(props: ConsentPageProps) {
  const { site, action, clientId, logo, applicationName, ownerName, redirectHost, redirect, trust } = props
  const { granted, shown, notice } = props
  const { consent: messages } = site.messages
  return (
    <Layout site={site} title={fillText(messages.title, { application: applicationName })} width="narrow">
      <Meeting site={site} client={{ id: clientId, name: applicationName, logo }} />
      <h1>
        <Fill text={messages.heading} application={<bdi>{applicationName}</bdi>} />
      </h1>
      <Again notice={notice} />
      <From site={site} trust={trust}>
        <Fill
          text={props.isPublished ? messages.published : messages.from}
          owner={<bdi>{ownerName}</bdi>}
          host={<code dir="ltr">{redirectHost}</code>}
        />
      </From>
      {redirect !== 'web' && (
        <p class="notice">
          <Icon name="warning" />
          <span>
            <Fill text={messages[redirect]} host={<code dir="ltr">{redirectHost}</code>} />
          </span>
        </p>
      )}
      <ScopeList site={site} scopes={granted} />
      <ChoiceForm site={site} action={action} shown={shown} />
      <p class="hint">{messages.cancelHint}</p>
      <p class="hint">
        <SignedInAs site={site} />{' '}
        <a href={`${site.paths.login}?next=${encodeURIComponent(action)}`}>{messages.notYou}</a>
      </p>
    </Layout>
  )
}
