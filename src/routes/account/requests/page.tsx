import { Again, AskElsewhere, type WaitingProps } from '../../../ui/consent.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { Done, Refused } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'
import { fillText } from '../../../ui/words/fill.tsx'

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

interface RequestPageProps extends AnsweredProps, WaitingProps {
  /** Names the request in the form. */
  readonly request: string
  /** The application shows it, too. */
  readonly message: string | undefined
}

/** Asks whether to sign in to an application that asked by itself: which one, from where, and its access. */
export function RequestPage({ request, message, answered, problem, ...props }: RequestPageProps) {
  const { site, client } = props
  const { requests: t } = site.texts.account
  const title = fillText(t.askTitle, { application: client.name })
  return (
    <Layout
      site={site}
      title={problem === undefined ? title : `${site.messages.error}: ${title}`}
      width="narrow"
    >
      <Answered site={site} answered={answered} problem={problem} />
      <AskElsewhere {...props} texts={t} action={site.paths.accountRequests} name="request" value={request}>
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
      </AskElsewhere>
    </Layout>
  )
}
