import { Fact, Facts, Time } from '../../../ui/facts.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'

export interface AuthenticatorPageProps {
  readonly site: Site<'account'>
  /** Undefined while there is none. */
  readonly authenticator:
    | {
        readonly createdAt: number
        readonly codesLeft: number
        /** They need a replaced secret of the server, and will stop working with it. */
        readonly areCodesOld: boolean
      }
    | undefined
}

export function AuthenticatorPage({ site, authenticator }: AuthenticatorPageProps) {
  const { paths } = site
  const t = site.texts.account.authenticator
  return (
    <Layout site={site} title={t.title}>
      <Trail href={site.paths.account}>{site.messages.layout.account}</Trail>
      <h1>{t.title}</h1>
      {authenticator === undefined ? (
        <>
          <p>{t.text}</p>
          <p class="actions">
            <a class="button" href={paths.setUpAuthenticator}>
              <Icon name="shield" />
              {t.setUp}
            </a>
          </p>
        </>
      ) : (
        <>
          <p>{t.on}</p>
          <Facts>
            <Fact name={t.since}>
              <Time at={authenticator.createdAt} />
            </Fact>
            <Fact name={t.left}>{authenticator.codesLeft}</Fact>
          </Facts>
          {authenticator.codesLeft < 3 && (
            <p class="notice">
              <Icon name="warning" />
              <span>{authenticator.codesLeft === 0 ? t.noneLeft : t.fewLeft}</span>
            </p>
          )}
          {authenticator.areCodesOld && (
            <p class="notice">
              <Icon name="warning" />
              <span>{t.oldCodes}</span>
            </p>
          )}
          <p class="actions">
            <a class="button secondary" href={paths.recoveryCodes}>
              {t.renew}
            </a>
            <a class="button secondary" href={paths.removeAuthenticator}>
              {t.remove}
            </a>
          </p>
        </>
      )}
    </Layout>
  )
}
