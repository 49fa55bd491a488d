import { FormToken, Layout } from '../../../../ui/layout.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill } from '../../../../ui/words/fill.tsx'

export interface ConfirmationPageProps {
  readonly site: Site
  readonly token: string
  readonly email: string
}

export function ConfirmationPage({ site, token, email }: ConfirmationPageProps) {
  const t = site.texts.account.email
  return (
    <Layout site={site} title={t.confirmTitle} width="narrow">
      <h1>{t.confirmTitle}</h1>
      <p>
        <Fill text={t.confirmText} email={<bdi>{email}</bdi>} user={<bdi>{site.viewer?.username}</bdi>} />
      </p>
      <form method="post" action={site.paths.emailConfirmation}>
        <FormToken site={site} />
        <input type="hidden" name="token" value={token} />
        <button type="submit">{t.confirm}</button>
      </form>
    </Layout>
  )
}

/** `taken`: somebody else proved the address first. Otherwise the link is used, old, replaced, or of another account. */
export function NotConfirmedPage({
  site,
  reason,
}: {
  readonly site: Site
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
