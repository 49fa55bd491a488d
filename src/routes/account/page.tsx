import { Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'
import { Way, Ways } from '../../ui/ways.tsx'

export interface AccountPageProps {
  readonly site: Site
  readonly email: string | undefined
  /** Counted no further than the page can say. */
  readonly sessions: string
  readonly applications: string
}

export function AccountPage({ site, email, sessions, applications }: AccountPageProps) {
  const { paths, viewer } = site
  return (
    <Layout site={site} title="Your account">
      <h1>Your account</h1>
      <p class="hint">
        <bdi>{viewer?.username}</bdi>
        {email !== undefined && (
          <>
            {' · '}
            <bdi>{email}</bdi>
          </>
        )}
      </p>
      <Ways>
        <Way href={paths.accountProfile} icon="person" title="Profile">
          Your name, your email address, and what applications may learn of you.
        </Way>
        <Way href={paths.accountPassword} icon="key" title="Password">
          Change it, and end what others may have got hold of.
        </Way>
        <Way href={paths.passkeys} icon="shield" title="Passkeys">
          Sign in with your device, without a password.
        </Way>
        <Way href={paths.authenticator} icon="clock" title="Authenticator app">
          A code from your phone, asked for after the password.
        </Way>
        <Way href={paths.accountSessions} icon="screen" title="Sessions" count={sessions}>
          Where you are signed in. Sign out there from here.
        </Way>
        <Way
          href={paths.accountApplications}
          icon="applications"
          title="Connected applications"
          count={applications}
        >
          What you allowed, and to whom. Take it back whenever you like.
        </Way>
        <Way href={paths.accountActivity} icon="search" title="Activity">
          What happened with your account, and when.
        </Way>
        <Way href={paths.accountExport} icon="download" title="Download your data">
          Everything that is kept about you, as one JSON file.
        </Way>
      </Ways>
      <p>
        <a href={paths.deleteAccount}>Delete your account</a>
      </p>
    </Layout>
  )
}
