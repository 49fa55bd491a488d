import { Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'

export function PasswordResetDonePage({ site }: { readonly site: Site }) {
  return (
    <Layout site={site} title="Your password is changed" width="narrow">
      <h1>Your password is changed</h1>
      <p>You are signed out everywhere. From now on the new password counts.</p>
      <p class="actions">
        <a class="button" href={site.paths.login}>
          Sign in
        </a>
      </p>
    </Layout>
  )
}
