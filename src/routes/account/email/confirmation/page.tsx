import { FormPage } from '../../../../ui/forms/form-page.tsx'
import { Layout } from '../../../../ui/layout.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill } from '../../../../ui/words/fill.tsx'

export interface ConfirmationPageProps {
  readonly site: Site<'account'>
  readonly token: string
  readonly email: string
  /** Why the form is shown again. */
  readonly problem: string | undefined
}

export function ConfirmationPage({ site, token, email, problem }: ConfirmationPageProps) {
  const t = site.texts.account.email
  return (
    <FormPage
      site={site}
      title={t.confirmTitle}
      action={site.paths.emailConfirmation}
      submit={t.confirm}
      width="narrow"
      problem={problem}
      below={
        <p>
          <Fill text={t.confirmText} email={<bdi>{email}</bdi>} user={<bdi>{site.viewer?.username}</bdi>} />
        </p>
      }
      hidden={{ token }}
    />
  )
}

/** `taken`: another person confirmed the address first. Otherwise the link is used, old, replaced, or of another account. */
export function NotConfirmedPage({
  site,
  reason,
}: {
  readonly site: Site<'account'>
  readonly reason: 'dead' | 'taken'
}) {
  const t = site.texts.account.email
  const title = t[reason]
  return (
    <Layout site={site} title={`${site.messages.error}: ${title}`} width="narrow">
      <h1>{title}</h1>
      {reason === 'dead' ? (
        <p>
          <Fill text={t.deadText} user={<bdi>{site.viewer?.username}</bdi>} />
        </p>
      ) : (
        <p>{t.takenText}</p>
      )}
      <p>
        <a href={site.paths.accountEmail}>{t.back}</a>
      </p>
    </Layout>
  )
}
