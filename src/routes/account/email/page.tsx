import { Field, type Problem } from '../../../ui/forms/fields.tsx'
import { FormPage } from '../../../ui/forms/form-page.tsx'
import { AttemptToken, FormToken } from '../../../ui/layout.tsx'
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
  const { site, email, typed, attempt, canMail, problems } = props
  const { email: t, profile } = site.texts.account
  return (
    <FormPage
      site={site}
      title={t.title}
      back={{ href: site.paths.account, name: site.messages.layout.account }}
      action={site.paths.accountEmail}
      attempt={attempt}
      submit={email === undefined ? profile.addEmail : profile.changeEmail}
      width="narrow"
      problems={problems}
      above={<Addresses {...props} />}
    >
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
    </FormPage>
  )
}

/** The address in use, and the one that waits for its link to be opened. */
function Addresses(props: EmailPageProps) {
  const { site, email, isProven, pending, canMail } = props
  const t = site.texts.account.email
  return (
    <>
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
          <AttemptToken attempt={props.attempt} />
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
    </>
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
