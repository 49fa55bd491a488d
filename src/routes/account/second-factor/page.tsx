import { Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'
import { Way, Ways } from '../../../ui/ways.tsx'

export interface SecondFactorPageProps {
  readonly site: Site
  /** Where they were on the way to. */
  readonly next: string
}

export function SecondFactorPage({ site, next }: SecondFactorPageProps) {
  const { paths } = site
  const query = new URLSearchParams({ next })
  return (
    <Layout site={site} title="Set up a second factor">
      <h1>Set up a second factor</h1>
      <p>
        Where you want to go, a password alone is not enough. Set up one of these, once; then you go on where
        you were.
      </p>
      <Ways>
        <Way href={`${paths.setUpAuthenticator}?${query}`} icon="shield" title="An authenticator app">
          An app on your phone shows a code, which you type after your password.
        </Way>
        <Way href={`${paths.newPasskey}?${query}`} icon="key" title="A passkey">
          Your finger, your face or the code of your device, instead of a password. Afterwards you sign in
          with it.
        </Way>
      </Ways>
    </Layout>
  )
}
