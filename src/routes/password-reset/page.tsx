import { Field, type Problem } from '../../ui/forms/fields.tsx'
import { FormPage } from '../../ui/forms/form-page.tsx'
import type { Site } from '../../ui/site.ts'

export interface PasswordResetPageProps {
  readonly site: Site<'start'>
  /** A username or an address. */
  readonly account: string
  readonly attempt: string
  readonly problems: readonly Problem[]
}

export function PasswordResetPage({ site, account, attempt, problems }: PasswordResetPageProps) {
  const t = site.texts.start.reset
  return (
    <FormPage
      site={site}
      title={t.title}
      action={site.paths.passwordReset}
      attempt={attempt}
      submit={t.submit}
      width="narrow"
      problems={problems}
      above={<p>{t.text}</p>}
      after={
        <p>
          <a href={site.paths.login}>{t.back}</a>
        </p>
      }
    >
      <Field
        label={t.account}
        name="account"
        value={account}
        autocomplete="username"
        required
        problems={problems}
      />
    </FormPage>
  )
}
