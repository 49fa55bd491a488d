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
        You are signed in as{' '}
        <strong>
          <bdi>{site.viewer?.username}</bdi>
        </strong>
        .
      </p>
      <form method="post" action={site.paths.logout} class="choices">
        <FormToken site={site} />
        <button type="submit">Sign out</button>
        <a class="button secondary" href={site.paths.home}>
          Cancel
        </a>
      </form>
    </Layout>
  )
}

export function SignedOutPage({ site }: Props) {
  return (
    <Layout site={site} title="Signed out" width="narrow">
      <h1>You are signed out</h1>
      <p>
        Applications that you signed in to may still know you. Sign out there too, if others use this browser.
      </p>
      <p class="actions">
        <a class="button" href={site.paths.login}>
          Sign in again
        </a>
      </p>
    </Layout>
  )
}
