import { Field, type Problem } from '../../../../ui/forms/fields.tsx'
import { FormPage } from '../../../../ui/forms/form-page.tsx'
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
  return (
    <FormPage
      site={site}
      title={users.create}
      back={{ href: paths.adminUsers, name: home.users }}
      action={paths.newUser}
      attempt={attempt}
      submit={t.submit}
      width="narrow"
      problems={problems}
    >
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
    </FormPage>
  )
}
