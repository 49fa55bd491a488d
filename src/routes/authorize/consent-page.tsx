import type { ClientTrust } from '../../rules/clients/client.ts'
import type { RedirectKind } from '../../rules/requests/redirect-uri.ts'
import type { ScopeDefinition } from '../../rules/requests/scope.ts'
import { Icon, Mark } from '../../ui/icons.tsx'
import { FormToken, Layout } from '../../ui/layout.tsx'
import { ClientMark } from '../../ui/monogram.tsx'
import type { Site } from '../../ui/site.ts'
import { Fill, fillText } from '../../ui/words/fill.tsx'
import { describeScope, type Messages } from '../../ui/words/messages/index.ts'

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
      <div class="meeting">
        <ClientMark site={site} id={clientId} name={applicationName} logo={logo} />
        <Icon name="arrow" />
        <Mark logo={site.brand.logo} />
      </div>
      <h1>
        <Fill text={messages.heading} application={<bdi>{applicationName}</bdi>} />
      </h1>
      {notice !== undefined && (
        <p class="notice" role="alert">
          <Icon name="warning" />
          <span>{notice}</span>
        </p>
      )}
      <p class="hint">
        <Badge messages={messages} trust={trust} />{' '}
        <Fill
          text={props.isPublished ? messages.published : messages.from}
          owner={<bdi>{ownerName}</bdi>}
          host={<code dir="ltr">{redirectHost}</code>}
        />
      </p>
      {trust === 'unverified' && <p class="hint">{messages.unverifiedHint}</p>}
      {redirect !== 'web' && (
        <p class="notice">
          <Icon name="warning" />
          <span>
            <Fill text={messages[redirect]} host={<code dir="ltr">{redirectHost}</code>} />
          </span>
        </p>
      )}
      <h2>{messages.able}</h2>
      <ul class="scopes">
        {granted.map((scope) => (
          <li>
            <Icon name="check" />
            <span>
              {describeScope(scope, site.messages)}
              {scope.resource !== undefined && <span class="hint"> {scope.resource}</span>}
            </span>
            <code>{scope.name}</code>
          </li>
        ))}
      </ul>
      <form method="post" action={action} class="choices consent">
        <FormToken site={site} />
        <input type="hidden" name="shown" value={shown} />
        <button type="submit" name="decision" value="authorize">
          {messages.authorize}
        </button>
        <button type="submit" name="decision" value="cancel">
          {messages.cancel}
        </button>
      </form>
      <p class="hint">{messages.cancelHint}</p>
      <p class="hint">
        <Fill
          text={messages.signedInAs}
          user={
            <strong>
              <bdi>{site.viewer?.username}</bdi>
            </strong>
          }
        />{' '}
        <a href={`${site.paths.login}?next=${encodeURIComponent(action)}`}>{messages.notYou}</a>
      </p>
    </Layout>
  )
}

interface BadgeProps {
  readonly messages: Messages['consent']
  readonly trust: ClientTrust
}

/** What an administrator says of who runs it. */
function Badge({ messages, trust }: BadgeProps) {
  const name = trust === 'first-party' ? messages.firstParty : messages[trust]
  return <span class={trust === 'unverified' ? 'tag' : 'tag strong'}>{name}</span>
}
