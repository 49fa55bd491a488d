import { Field, type Problem, ProblemSummary } from '../../../ui/forms/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'

export interface EmailPageProps {
  readonly site: Site<'account'>
  readonly email: string | undefined
  readonly isProven: boolean
  readonly pending: string | undefined
  /** The input. */
  readonly typed: string
  readonly attempt: string
  /** A mail was sent. */
  readonly wasSent: boolean
  readonly canMail: boolean
  readonly hasOutbox: boolean
  readonly problems: readonly Problem[]
}

export function EmailPage(props: EmailPageProps) {
  const { site, email, isProven, pending, typed, attempt, canMail, problems } = props
  const t = site.texts.account.email
  return (
    <Layout
      site={site}
      title={problems.length === 0 ? t.title : `${site.messages.error}: ${t.title}`}
      width="narrow"
    >
      <Trail href={site.paths.account}>{site.messages.layout.account}</Trail>
      <h1>{t.title}</h1>
      <Sent {...props} />
      {email === undefined ? (
        <p>{t.none}</p>
      ) : (
        <p>
          <Fill text={isProven ? t.confirmed : t.unconfirmed} email={<bdi>{email}</bdi>} />
        </p>
      )}
      {canMail && email !== undefined && !isProven && (
        <form method="post" action={site.paths.emailVerification}>
          <FormToken site={site} />
          <button type="submit" class="secondary">
            {t.resend}
          </button>
        </form>
      )}
      {pending !== undefined && (
        <p>
          <Fill text={t.pending} email={<bdi>{pending}</bdi>} />
        </p>
      )}
      <ProblemSummary problems={problems} />
      <form method="post" action={site.paths.accountEmail}>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <Field
          label={t.new}
          name="email"
          type="email"
          value={typed}
          autocomplete="email"
          hint={canMail ? t.hint : t.noMail}
          required
          problems={problems}
        />
        <button type="submit">{site.texts.account.profile.changeEmail}</button>
      </form>
    </Layout>
  )
}

function Sent({ site, wasSent, hasOutbox }: EmailPageProps) {
  if (!wasSent) return null
  const t = site.texts.account.email
  return (
    <p class="done" role="status">
      <span>
        {t.sent} {hasOutbox && <Fill text={t.inOutbox} link={<a href={site.paths.outbox}>{t.outbox}</a>} />}
      </span>
    </p>
  )
}
