import { Field, type Problem, ProblemSummary } from '../../../../ui/forms/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../../ui/layout.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface NewUserPageProps {
  readonly site: Site<'admin'>
  readonly username: string
  readonly email: string
  readonly attempt: string
  readonly canMail: boolean
  readonly problems: readonly Problem[]
}

export function NewUserPage({ site, username, email, attempt, canMail, problems }: NewUserPageProps) {
  const { paths, messages } = site
  const { home, users, newUser: t } = site.texts.admin
  const title = problems.length === 0 ? users.create : `${messages.error}: ${users.create}`
  return (
    <Layout site={site} title={title} width="narrow">
      <Trail href={paths.adminUsers}>{home.users}</Trail>
      <h1>{users.create}</h1>
      <ProblemSummary problems={problems} />
      <form method="post" action={paths.newUser} novalidate>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <Field label={t.username} name="username" value={username} required problems={problems} />
        <Field
          label={t.email}
          name="email"
          type="email"
          value={email}
          hint={messages.common.optional}
          problems={problems}
        />
        <Field
          label={t.password}
          name="password"
          type="password"
          autocomplete="new-password"
          hint={canMail ? t.passwordHint : t.passwordHintOff}
          problems={problems}
        />
        <div class="actions">
          <button type="submit">{t.submit}</button>
          <a class="button secondary" href={paths.adminUsers}>
            {messages.common.cancel}
          </a>
        </div>
      </form>
    </Layout>
  )
}
