import { Field, type Problem, ProblemSummary } from '../../../ui/fields.tsx'
import { FormToken, Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'

export interface NewPasswordPageProps {
  readonly site: Site
  readonly token: string
  readonly username: string
  readonly problems: readonly Problem[]
}

const title = 'Choose a new password'

export function NewPasswordPage({ site, token, username, problems }: NewPasswordPageProps) {
  return (
    <Layout site={site} title={problems.length === 0 ? title : `Error: ${title}`} width="narrow">
      <h1>{title}</h1>
      <p>
        For <bdi>{username}</bdi>. Afterwards you are signed out everywhere, and sign in with the new
        password.
      </p>
      <ProblemSummary problems={problems} />
      <form method="post" action={site.paths.newPassword}>
        <FormToken site={site} />
        <input type="hidden" name="token" value={token} />
        {/* For password managers: whose it is. */}
        <input type="text" name="username" value={username} autocomplete="username" readonly hidden />
        <Field
          label="New password"
          name="password"
          type="password"
          autocomplete="new-password"
          hint="At least 8 characters."
          required
          autofocus
          problems={problems}
        />
        <button type="submit">Change the password</button>
      </form>
    </Layout>
  )
}

/** The link is used, too old, or replaced by a newer one. Which, nobody needs to know. */
export function DeadLinkPage({ site }: { readonly site: Site }) {
  return (
    <Layout site={site} title="Error: This link does not work any more" width="narrow">
      <h1>This link does not work any more</h1>
      <p>A link works once, within an hour, and only the newest one.</p>
      <p>
        Did you choose your new password with it? Then <a href={site.paths.login}>sign in</a>. Otherwise{' '}
        <a href={site.paths.passwordReset}>ask for a new link</a>.
      </p>
    </Layout>
  )
}
