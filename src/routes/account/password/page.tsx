import { CheckField, Field, type Problem } from '../../../ui/forms/fields.tsx'
import { FormPage } from '../../../ui/forms/form-page.tsx'
import { Done } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'

export interface PasswordPageProps {
  readonly site: Site<'account'>
  readonly attempt: string
  readonly changed: boolean
  /** Otherwise they set their first one. */
  readonly hasPassword: boolean
  readonly endsAuthorizations: boolean
  readonly problems: readonly Problem[]
  readonly problem?: string | undefined
}

/** The fields are never filled in with earlier input. */
export function PasswordPage(props: PasswordPageProps) {
  const { site, attempt, changed, hasPassword, endsAuthorizations, problems, problem } = props
  const isWrong = problems.length > 0 || problem !== undefined
  const t = site.texts.account.password
  return (
    <FormPage
      site={site}
      title={hasPassword ? t.title : t.setTitle}
      back={{ href: site.paths.account, name: site.messages.layout.account }}
      action={site.paths.accountPassword}
      attempt={attempt}
      submit={hasPassword ? t.submit : t.set}
      width="narrow"
      problem={problem}
      problems={problems}
      above={changed && !isWrong && <Done>{t.done}</Done>}
      after={<p class="hint">{t.after}</p>}
    >
      {/* For password managers: the account of this password. */}
      <input
        type="text"
        name="username"
        value={site.viewer?.username ?? ''}
        autocomplete="username"
        readonly
        hidden
      />
      {hasPassword && (
        <Field
          label={t.current}
          name="current_password"
          type="password"
          autocomplete="current-password"
          required
          problems={problems}
        />
      )}
      <Field
        label={t.new}
        name="new_password"
        type="password"
        autocomplete="new-password"
        required
        hint={t.newHint}
        problems={problems}
      />
      <Field
        label={t.again}
        name="new_password_again"
        type="password"
        autocomplete="new-password"
        required
        problems={problems}
      />
      <CheckField label={t.end} name="end_authorizations" checked={endsAuthorizations} hint={t.endHint} />
    </FormPage>
  )
}
