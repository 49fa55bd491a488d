import { Field, type Problem, ProblemSummary } from '../../../ui/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'

export interface EmailPageProps {
  readonly site: Site
  readonly email: string | undefined
  readonly isProven: boolean
  readonly pending: string | undefined
  /** As it was typed. */
  readonly typed: string
  readonly attempt: string
  /** A mail is on its way. */
  readonly wasSent: boolean
  readonly canMail: boolean
  readonly hasOutbox: boolean
  readonly problems: readonly Problem[]
}

export function EmailPage(props: EmailPageProps) {
  const { site, email, isProven, pending, typed, attempt, canMail, problems } = props
  return (
    <Layout site={site} title={problems.length === 0 ? 'Email' : 'Error: Email'} width="narrow">
      <Trail href={site.paths.account}>Your account</Trail>
      <h1>Email</h1>
      <Sent {...props} />
      {email === undefined ? (
        <p>You have no email address here.</p>
      ) : (
        <p>
          <bdi>{email}</bdi>: {isProven ? 'confirmed.' : 'not confirmed yet.'}
        </p>
      )}
      {canMail && email !== undefined && !isProven && (
        <form method="post" action={site.paths.emailVerification}>
          <FormToken site={site} />
          <button type="submit" class="secondary">
            Send the link again
          </button>
        </form>
      )}
      {pending !== undefined && (
        <p>
          You want to use <bdi>{pending}</bdi>. It counts once you open the link that we mailed there.
        </p>
      )}
      <ProblemSummary problems={problems} />
      <form method="post" action={site.paths.accountEmail}>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <Field
          label="New address"
          name="email"
          type="email"
          value={typed}
          autocomplete="email"
          hint={
            canMail
              ? 'We mail it a link. The address that you have now gets a notice.'
              : 'This server sends no mail.'
          }
          required
          problems={problems}
        />
        <button type="submit">Change the address</button>
      </form>
    </Layout>
  )
}

function Sent({ site, wasSent, hasOutbox }: EmailPageProps) {
  if (!wasSent) return null
  return (
    <p class="done" role="status">
      <span>
        A link is on its way. It works once, within an hour.{' '}
        {hasOutbox && (
          <>
            In development it is in the <a href={site.paths.outbox}>outbox</a>.
          </>
        )}
      </span>
    </p>
  )
}
