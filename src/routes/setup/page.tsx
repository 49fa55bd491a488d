import { Field, type Problem } from '../../ui/forms/fields.tsx'
import { FormPage } from '../../ui/forms/form-page.tsx'
import type { Site } from '../../ui/site.ts'

export interface SetupPageProps {
  readonly site: Site<'start'>
  readonly token: string
  readonly username: string
  readonly email: string
  readonly problems: readonly Problem[]
}

export function SetupPage({ site, token, username, email, problems }: SetupPageProps) {
  const { common } = site.messages
  const t = site.texts.start.setup
  return (
    <FormPage
      site={site}
      title={t.heading}
      documentTitle={t.title}
      action={site.paths.setup}
      submit={t.submit}
      width="narrow"
      problems={problems}
      above={<p>{t.text}</p>}
      hidden={{ token }}
    >
      <Field
        label={t.username}
        name="username"
        value={username}
        autocomplete="username"
        hint={t.usernameHint}
        required
        autofocus={problems.length === 0}
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
    </FormPage>
  )
}
