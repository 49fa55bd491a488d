import { Field, type Problem, ProblemSummary } from '../../../ui/forms/fields.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { FormToken, Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'

export interface NewPasswordPageProps {
  readonly site: Site<'start'>
  readonly token: string
  readonly username: string
  /** Whether the link is the first confirmation of the address: then much of the existing data is removed. */
  readonly isFirstProof: boolean
  readonly problems: readonly Problem[]
}

export function NewPasswordPage({ site, token, username, isFirstProof, problems }: NewPasswordPageProps) {
  const t = site.texts.start.reset
  const title = problems.length === 0 ? t.newTitle : `${site.messages.error}: ${t.newTitle}`
  return (
    <Layout site={site} title={title} width="narrow">
      <h1>{t.newTitle}</h1>
      <p>
        <Fill text={t.newText} user={<bdi>{username}</bdi>} />
      </p>
      {isFirstProof && (
        <p class="notice">
          <Icon name="warning" />
          <span>{t.firstProof}</span>
        </p>
      )}
      <ProblemSummary problems={problems} />
      <form method="post" action={site.paths.newPassword}>
        <FormToken site={site} />
        <input type="hidden" name="token" value={token} />
        {/* For password managers: the account. */}
        <input type="text" name="username" value={username} autocomplete="username" readonly hidden />
        <Field
          label={t.newPassword}
          name="password"
          type="password"
          autocomplete="new-password"
          hint={t.newHint}
          required
          autofocus
          problems={problems}
        />
        <button type="submit">{t.newSubmit}</button>
      </form>
    </Layout>
  )
}

/** The link is used, too old, or replaced by a newer one. The page does not say which. */
export function DeadLinkPage({ site }: { readonly site: Site<'start'> }) {
  const t = site.texts.start.reset
  return (
    <Layout site={site} title={`${site.messages.error}: ${t.dead}`} width="narrow">
      <h1>{t.dead}</h1>
      <p>{t.deadText}</p>
      <p>
        <Fill
          text={t.deadAdvice}
          signIn={<a href={site.paths.login}>{t.signInLink}</a>}
          ask={<a href={site.paths.passwordReset}>{t.askLink}</a>}
        />
      </p>
    </Layout>
  )
}
