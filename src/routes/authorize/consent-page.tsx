import type { ClientTrust } from '../../rules/clients/client.ts'
import type { Lookalike } from '../../rules/clients/lookalike.ts'
import type { ShownOwner } from '../../rules/clients/owner.ts'
import type { ExplainedDetail } from '../../rules/requests/authorization-details.ts'
import type { RedirectKind } from '../../rules/requests/redirect-uri.ts'
import type { ScopeDefinition } from '../../rules/requests/scope.ts'
import { Again, ChoiceForm, From, LookalikeNotice, Meeting, SignedInAs } from '../../ui/consent.tsx'
import { DetailList, ScopeList } from '../../ui/forms/requested.tsx'
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
  readonly owner: ShownOwner | undefined
  readonly redirectHost: string
  readonly redirect: RedirectKind
  /** One's own application on one's own machine, and a request that is not asked every time for what it contains. */
  readonly isRememberable: boolean
  readonly trust: ClientTrust
  /** The viewer registered it. */
  readonly isOwn: boolean
  readonly granted: readonly ScopeDefinition[]
  readonly items: readonly ExplainedDetail[]
  /** A fingerprint of everything that was shown: the answer applies to that. */
  readonly shown: string
  readonly lookalike: Lookalike | undefined
  /** Why the question is asked again. */
  readonly notice: string | undefined
}

const froms = { name: 'from', domain: 'fromDomain', host: 'published', nobody: 'fromNobody' } as const

export function ConsentPage(props: ConsentPageProps) {
  const { site, action, clientId, logo, applicationName, owner, redirectHost, redirect, trust } = props
  const { granted, shown, notice } = props
  const { consent: messages } = site.messages
  return (
    <Layout site={site} title={fillText(messages.title, { application: applicationName })} width="narrow">
      <Meeting site={site} client={{ id: clientId, name: applicationName, logo }} />
      <h1>
        <Fill text={messages.heading} application={<bdi>{applicationName}</bdi>} />
      </h1>
      <Again notice={notice} />
      <From site={site} trust={trust} isOwn={props.isOwn}>
        <Fill
          text={messages[froms[owner?.kind ?? 'nobody']]}
          owner={<bdi>{owner?.text}</bdi>}
          host={<code dir="ltr">{redirectHost}</code>}
        />
      </From>
      <LookalikeNotice site={site} lookalike={props.lookalike} />
      {redirect !== 'web' && (
        <p class="notice">
          <Icon name="warning" />
          <span>
            <Fill text={messages[redirect]} host={<code dir="ltr">{redirectHost}</code>} />
            {!props.isRememberable && ` ${messages.everyTime}`}
          </span>
        </p>
      )}
      <ScopeList site={site} scopes={granted} />
      <DetailList items={props.items} />
      <ChoiceForm site={site} action={action} shown={shown}>
        {props.isRememberable && (
          <div class="radio">
            <input
              type="checkbox"
              id="remember"
              name="remember"
              value="yes"
              aria-describedby="remember-hint"
            />
            <label for="remember">{messages.remember}</label>
            <p class="hint" id="remember-hint">
              {messages.rememberHint}
            </p>
          </div>
        )}
      </ChoiceForm>
      <p class="hint">
        {messages.cancelHint} {messages.later}
      </p>
      <p class="hint">
        <SignedInAs site={site} />{' '}
        <a href={`${site.paths.login}?next=${encodeURIComponent(action)}`}>{messages.notYou}</a>
      </p>
    </Layout>
  )
}
