import { FormToken, Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'

export interface EndSessionPageProps {
  readonly site: Site
  /** This page's own URL: the request itself. */
  readonly action: string
  readonly stay: string
}

export function EndSessionPage({ site, action, stay }: EndSessionPageProps) {
  return (
    <Layout site={site} title="Sign out" width="narrow">
      <h1>Sign out?</h1>
      <p>
        An application asks you to sign out. You are signed in as{' '}
        <strong>
          <bdi>{site.viewer?.username}</bdi>
        </strong>
        .
      </p>
      <form method="post" action={action} class="choices">
        <FormToken site={site} />
        <button type="submit" name="confirm" value="yes">
          Sign out
        </button>
        <a class="button" href={stay}>
          Stay signed in
        </a>
      </form>
    </Layout>
  )
}
