import { FormToken, Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'

interface Props {
  readonly site: Site
}

export function LogoutPage({ site }: Props) {
  return (
    <Layout site={site} title="Sign out" width="narrow">
      <h1>Sign out?</h1>
      <p>
        You are signed in as <strong>{site.viewer?.username}</strong>.
      </p>
      <form method="post" action={site.paths.logout}>
        <FormToken site={site} />
        <button type="submit">Sign out</button>
      </form>
    </Layout>
  )
}

export function SignedOutPage({ site }: Props) {
  return (
    <Layout site={site} title="Signed out" width="narrow">
      <h1>You are signed out</h1>
      <p>
        <a href={site.paths.login}>Sign in again</a>
      </p>
    </Layout>
  )
}
