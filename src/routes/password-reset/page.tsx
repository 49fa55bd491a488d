import { Field, type Problem, ProblemSummary } from '../../ui/forms/fields.tsx'
import { FormToken, Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'

export interface PasswordResetPageProps {
  readonly site: Site<'start'>
  /** A username or an address. */
  readonly account: string
  readonly problems: readonly Problem[]
}

export function PasswordResetPage({ site, account, problems }: PasswordResetPageProps) {
  const t = site.texts.start.reset
  const title = problems.length === 0 ? t.title : `${site.messages.error}: ${t.title}`
  return (
    <Layout site={site} title={title} width="narrow">
      <h1>{t.title}</h1>
      <p>{t.text}</p>
      <ProblemSummary problems={problems} />
      <form method="post" action={site.paths.passwordReset}>
        <FormToken site={site} />
        <Field
          label={t.account}
          name="account"
          value={account}
          autocomplete="username"
          required
          problems={problems}
        />
        <button type="submit">{t.submit}</button>
      </form>
      <p>
        <a href={site.paths.login}>{t.back}</a>
      </p>
    </Layout>
  )
}
