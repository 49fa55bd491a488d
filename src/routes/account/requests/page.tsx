import type { ClientTrust } from '../../../rules/clients/client.ts'
import type { Lookalike } from '../../../rules/clients/lookalike.ts'
import type { ShownOwner } from '../../../rules/clients/owner.ts'
import type { ExplainedDetail } from '../../../rules/requests/authorization-details.ts'
import type { ScopeDefinition } from '../../../rules/requests/scope.ts'
import {
  Again,
  type AskingClient,
  ChoiceForm,
  DetailList,
  From,
  LookalikeNotice,
  Meeting,
  ScopeList,
  SignedInAs,
} from '../../../ui/consent.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { AttemptToken, Layout, Trail } from '../../../ui/layout.tsx'
import { Done, Refused } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill, fillText } from '../../../ui/words/fill.tsx'

interface AnsweredProps {
  readonly site: Site<'account' | 'start'>
  /** The answer to the request before. */
  readonly answered: 'approved' | 'denied' | undefined
  /** Why the answer did not count. */
  readonly problem: string | undefined
}

function Answered({ site, answered, problem }: AnsweredProps) {
  const { requests: t } = site.texts.account
  if (problem !== undefined) return <Again notice={problem} />
  return answered === undefined ? null : <Done>{t[answered]}</Done>
}

export function NothingWaitsPage({ site, answered, problem }: AnsweredProps) {
  const { requests: t } = site.texts.account
  const title = problem === undefined ? t.title : `${site.messages.error}: ${t.title}`
  return (
    <Layout site={site} title={title} width="narrow">
      <Trail href={site.paths.account}>{site.messages.layout.account}</Trail>
      <h1>{t.title}</h1>
      {problem === undefined ? (
        <Answered site={site} answered={answered} problem={undefined} />
      ) : (
        <Refused problem={problem} />
      )}
      <p>{t.none}</p>
      <p>
        <a href={site.paths.accountApplications}>{site.texts.account.applications.title}</a>
      </p>
    </Layout>
  )
}

interface RequestPageProps extends AnsweredProps {
  readonly client: AskingClient & { readonly trust: ClientTrust; readonly owner: ShownOwner | undefined }
  readonly lookalike: Lookalike | undefined
  /** Names the request in the form. */
  readonly request: string
  /** The application shows it, too. */
  readonly message: string | undefined
  readonly place: string | undefined
  readonly granted: readonly ScopeDefinition[]
  /** The authorization details in words. */
  readonly items: readonly ExplainedDetail[]
  /** A fingerprint of everything that was shown: the answer applies to that. */
  readonly shown: string
  readonly attempt: string
}

/** Asks whether to sign in to an application that asked by itself: which one, from where, and its access. */
export function RequestPage(props: RequestPageProps) {
  const {
    site,
    client,
    lookalike,
    request,
    message,
    place,
    granted,
    items,
    shown,
    attempt,
    answered,
    problem,
  } = props
  const { account, start } = site.texts
  const t = account.requests
  const title = fillText(t.askTitle, { application: client.name })
  return (
    <Layout
      site={site}
      title={problem === undefined ? title : `${site.messages.error}: ${title}`}
      width="narrow"
    >
      <Answered site={site} answered={answered} problem={problem} />
      <Meeting site={site} client={client} />
      <h1>
        <Fill text={t.askHeading} application={<bdi>{client.name}</bdi>} />
      </h1>
      <From site={site} trust={client.trust}>
        {client.owner !== undefined && (
          <Fill
            text={client.owner.kind === 'name' ? start.device.owner : start.device.ownerDomain}
            owner={<bdi>{client.owner.text}</bdi>}
          />
        )}
      </From>
      <LookalikeNotice site={site} lookalike={lookalike} />
      <p class="notice">
        <Icon name="warning" />
        <span>
          {place === undefined ? (
            t.startedUnknown
          ) : (
            <Fill text={t.started} place={<strong>{place}</strong>} />
          )}{' '}
          {start.device.didYou}
        </span>
      </p>
      {message !== undefined && (
        <>
          <p>{t.compare}</p>
          <p>
            <strong>
              <bdi>{message}</bdi>
            </strong>
          </p>
        </>
      )}
      <ScopeList site={site} scopes={granted} />
      <DetailList items={items} />
      <ChoiceForm site={site} action={site.paths.accountRequests} shown={shown}>
        <AttemptToken attempt={attempt} />
        <input type="hidden" name="request" value={request} />
      </ChoiceForm>
      <p class="hint">
        <SignedInAs site={site} />
      </p>
    </Layout>
  )
}
