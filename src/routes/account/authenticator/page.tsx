import { Fact, Facts, Time } from '../../../ui/facts.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'

export interface AuthenticatorPageProps {
  readonly site: Site
  /** Undefined while there is none. */
  readonly authenticator: { readonly createdAt: number; readonly codesLeft: number } | undefined
}

export function AuthenticatorPage({ site, authenticator }: AuthenticatorPageProps) {
  const { paths } = site
  return (
    <Layout site={site} title="Authenticator app">
      <Trail href={site.paths.account}>Your account</Trail>
      <h1>Authenticator app</h1>
      {authenticator === undefined ? (
        <>
          <p>
            An authenticator app on your phone shows a new six-digit code every 30 seconds. Once it is set up,
            signing in with your password takes such a code, too: whoever learns your password can’t get in
            with it alone.
          </p>
          <p class="actions">
            <a class="button" href={paths.setUpAuthenticator}>
              <Icon name="shield" />
              Set up an authenticator app
            </a>
          </p>
        </>
      ) : (
        <>
          <p>Signing in with your password takes a code from your app.</p>
          <Facts>
            <Fact name="Set up">
              <Time at={authenticator.createdAt} />
            </Fact>
            <Fact name="Recovery codes left">{authenticator.codesLeft}</Fact>
          </Facts>
          {authenticator.codesLeft < 3 && (
            <p class="notice">
              <Icon name="warning" />
              <span>
                {authenticator.codesLeft === 0
                  ? 'You have no recovery code left.'
                  : 'Few recovery codes are left.'}{' '}
                Without one, losing your phone locks you out.
              </span>
            </p>
          )}
          <p class="actions">
            <a class="button secondary" href={paths.recoveryCodes}>
              Get new recovery codes
            </a>
            <a class="button secondary" href={paths.removeAuthenticator}>
              Remove the app
            </a>
          </p>
        </>
      )}
    </Layout>
  )
}
