import { CheckField, Field, type Problem, ProblemSummary } from '../../../ui/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../ui/layout.tsx'
import { Done, Refused } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'

export interface PasswordPageProps {
  readonly site: Site
  readonly attempt: string
  readonly changed: boolean
  readonly endsAuthorizations: boolean
  readonly problems: readonly Problem[]
  readonly problem?: string | undefined
}

/** Never filled in with what was typed. */
export function PasswordPage(props: PasswordPageProps) {
  const { site, attempt, changed, endsAuthorizations, problems, problem } = props
  const isWrong = problems.length > 0 || problem !== undefined
  const title = 'Change your password'
  return (
    <Layout site={site} title={isWrong ? `Error: ${title}` : title} width="narrow">
      <Trail href={site.paths.account}>Your account</Trail>
      <h1>{title}</h1>
      {changed && !isWrong && <Done>Changed. You are signed out everywhere else.</Done>}
      <Refused problem={problem} />
      <ProblemSummary problems={problems} />
      <form method="post" action={site.paths.accountPassword} novalidate>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        {/* For password managers: whose password this is. */}
        <input
          type="text"
          name="username"
          value={site.viewer?.username ?? ''}
          autocomplete="username"
          readonly
          hidden
        />
        <Field
          label="Current password"
          name="current_password"
          type="password"
          autocomplete="current-password"
          required
          problems={problems}
        />
        <Field
          label="New password"
          name="new_password"
          type="password"
          autocomplete="new-password"
          required
          hint="At least 8 characters; longer is better. Several words are fine, and so is pasting one from a password manager."
          problems={problems}
        />
        <Field
          label="New password, again"
          name="new_password_again"
          type="password"
          autocomplete="new-password"
          required
          problems={problems}
        />
        <CheckField
          label="Also end what applications may do"
          name="end_authorizations"
          checked={endsAuthorizations}
          hint="Each application that you use has to sign you in again. Do it if somebody else may have known your password."
        />
        <button type="submit">Change password</button>
      </form>
      <p class="hint">You stay signed in here, and are signed out everywhere else.</p>
    </Layout>
  )
}
