import { Field, type Problem, ProblemSummary } from '../../ui/forms/fields.tsx'
import { FormToken, Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'

export interface SetupPageProps {
  readonly site: Site<'start'>
  readonly token: string
  readonly username: string
  readonly email: string
  readonly problems: readonly Problem[]
}

export function SetupPage({ site, token, username, email, problems }: SetupPageProps) {
  const { error, common } = site.messages
  const t = site.texts.start.setup
  return (
    <Layout site={site} title={problems.length === 0 ? t.title : `${error}: ${t.title}`} width="narrow">
      <h1>{t.heading}</h1>
      <p>{t.text}</p>
      <ProblemSummary problems={problems} />
      <form method="post" action={site.paths.setup}>
        <FormToken site={site} />
        <input type="hidden" name="token" value={token} />
        <Field
          label={t.username}
          name="username"
          value={username}
          autocomplete="username"
          required
          problems={problems}
        />
        <Field
          label={t.email}
          name="email"
          type="email"
          value={email}
          autocomplete="email"
          hint={common.optional}
          problems={problems}
        />
        <Field
          label={t.password}
          name="password"
          type="password"
          autocomplete="new-password"
          hint={t.passwordHint}
          required
          problems={problems}
        />
        <button type="submit">{t.submit}</button>
      </form>
    </Layout>
  )
}
