import { Field } from '../../ui/fields.tsx'
import { FormToken, Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'

export interface LoginPageProps {
  readonly site: Site
  readonly next: string
  readonly username: string
  readonly problem?: string | undefined
  /** Somebody who is signed in has to show that it is them. */
  readonly isAgain?: boolean
}

export function LoginPage({ site, next, username, problem, isAgain = false }: LoginPageProps) {
  return (
    <Layout site={site} title={problem === undefined ? 'Sign in' : 'Error: Sign in'} width="narrow">
      <h1>Sign in</h1>
      {problem !== undefined && (
        <div class="problems" role="alert" id="problem">
          <p>{problem}</p>
        </div>
      )}
      {isAgain && (
        <p>
          To protect your account, this needs a sign-in of the last ten minutes. Please sign in once more.
        </p>
      )}
      <form method="post" action={site.paths.login}>
        <FormToken site={site} />
        <input type="hidden" name="next" value={next} />
        <Field
          label="Username"
          name="username"
          value={username}
          autocomplete="username"
          required
          autofocus={username === ''}
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          autofocus={username !== ''}
        />
        <button type="submit">Sign in</button>
      </form>
    </Layout>
  )
}
