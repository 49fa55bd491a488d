import { Field, type Problem, ProblemSummary } from '../../ui/fields.tsx'
import { FormToken, Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'

export interface SetupPageProps {
  readonly site: Site
  readonly token: string
  readonly username: string
  readonly email: string
  readonly problems: readonly Problem[]
}

export function SetupPage({ site, token, username, email, problems }: SetupPageProps) {
  return (
    <Layout site={site} title={problems.length === 0 ? 'Set up' : 'Error: Set up'} width="narrow">
      <h1>Create the first administrator</h1>
      <p>This link works once. You will be signed in afterwards.</p>
      <ProblemSummary problems={problems} />
      <form method="post" action={site.paths.setup}>
        <FormToken site={site} />
        <input type="hidden" name="token" value={token} />
        <Field
          label="Username"
          name="username"
          value={username}
          autocomplete="username"
          required
          problems={problems}
        />
        <Field
          label="Email"
          name="email"
          type="email"
          value={email}
          autocomplete="email"
          hint="Optional."
          problems={problems}
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autocomplete="new-password"
          hint="At least 8 characters."
          required
          problems={problems}
        />
        <button type="submit">Create administrator</button>
      </form>
    </Layout>
  )
}
