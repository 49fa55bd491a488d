import { Field, type Problem, ProblemSummary } from '../../ui/fields.tsx'
import { FormToken, Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'

export interface PasswordResetPageProps {
  readonly site: Site
  /** A username or an address. */
  readonly account: string
  readonly problems: readonly Problem[]
}

const title = 'Forgot your password?'

export function PasswordResetPage({ site, account, problems }: PasswordResetPageProps) {
  return (
    <Layout site={site} title={problems.length === 0 ? title : `Error: ${title}`} width="narrow">
      <h1>{title}</h1>
      <p>We mail you a link to choose a new one.</p>
      <ProblemSummary problems={problems} />
      <form method="post" action={site.paths.passwordReset}>
        <FormToken site={site} />
        <Field
          label="Username or email"
          name="account"
          value={account}
          autocomplete="username"
          required
          problems={problems}
        />
        <button type="submit">Send the link</button>
      </form>
      <p>
        <a href={site.paths.login}>Back to sign in</a>
      </p>
    </Layout>
  )
}
