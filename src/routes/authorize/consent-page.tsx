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
import { preparedAround } from '../../ui/words/prepared.ts'

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
  const { site, action, clientId, logo, applicationName, owner, trust, redirect, isOwn, isRememberable } =
    props
  const values = {
    meeting: <Meeting site={site} client={{ id: clientId, name: applicationName, logo }} />,
    name: applicationName,
    notice: <Again notice={props.notice} />,
    owner: owner?.text,
    host: props.redirectHost,
    lookalike: <LookalikeNotice site={site} lookalike={props.lookalike} />,
    scopes: <ScopeList site={site} scopes={props.granted} />,
    items: <DetailList items={props.items} />,
    form: (
      <ChoiceForm site={site} action={action} shown={props.shown}>
        {isRememberable && <Remember site={site} />}
      </ChoiceForm>
    ),
    username: site.viewer?.username,
    next: encodeURIComponent(action),
  }
  const kind: AskingProps['kind'] = { trust, redirect, isOwn, isRememberable, owner: owner?.kind ?? 'nobody' }
  const title = fillText(site.messages.consent.title, { application: applicationName })
  return (
    <Layout site={site} title={title} width="narrow">
      {preparedAround(['consent', kind, site.paths.login], values, (to) => (
        <Asking
          site={{ ...site, viewer: site.viewer && { ...site.viewer, username: to.username } }}
          {...{ kind, to }}
        />
      ))}
    </Layout>
  )
}

interface AskingProps {
  readonly site: Pick<Site, 'messages' | 'paths' | 'viewer'>
  readonly kind: Pick<ConsentPageProps, 'trust' | 'redirect' | 'isOwn' | 'isRememberable'> & {
    readonly owner: keyof typeof froms
  }
  readonly to: Readonly<
    Record<
      'meeting' | 'name' | 'notice' | 'owner' | 'host' | 'lookalike' | 'scopes' | 'items' | 'form' | 'next',
      string
    >
  >
}

/** Everything around the facts of one request. */
function Asking({ site, kind, to }: AskingProps) {
  const { consent: messages } = site.messages
  return (
    <>
      {to.meeting}
      <h1>
        <Fill text={messages.heading} application={<bdi>{to.name}</bdi>} />
      </h1>
      {to.notice}
      <From site={site} trust={kind.trust} isOwn={kind.isOwn}>
        <Fill
          text={messages[froms[kind.owner]]}
          owner={<bdi>{to.owner}</bdi>}
          host={<code dir="ltr">{to.host}</code>}
        />
      </From>
      {to.lookalike}
      {kind.redirect !== 'web' && (
        <p class="notice">
          <Icon name="warning" />
          <span>
            <Fill text={messages[kind.redirect]} host={<code dir="ltr">{to.host}</code>} />
            {!kind.isRememberable && ` ${messages.everyTime}`}
          </span>
        </p>
      )}
      {to.scopes}
      {to.items}
      {to.form}
      <p class="hint">
        {messages.cancelHint} {messages.later}
      </p>
      <p class="hint">
        <SignedInAs site={site} /> <a href={`${site.paths.login}?next=${to.next}`}>{messages.notYou}</a>
      </p>
    </>
  )
}

function Remember({ site }: Pick<ConsentPageProps, 'site'>) {
  const { consent: messages } = site.messages
  return (
    <div class="radio">
      <input type="checkbox" id="remember" name="remember" value="yes" aria-describedby="remember-hint" />
      <label for="remember">{messages.remember}</label>
      <p class="hint" id="remember-hint">
        {messages.rememberHint}
      </p>
    </div>
  )
}
