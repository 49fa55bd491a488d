import { Icon } from '../../ui/icons.tsx'
import { Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'
import { Way, Ways } from '../../ui/ways.tsx'
import { Fill } from '../../ui/words/fill.tsx'
import { prepared } from '../../ui/words/prepared.ts'

export interface AccountPageProps {
  readonly site: Site<'account'>
  readonly email: string | undefined
  /** There are other providers that people may sign in with. */
  readonly hasProviders: boolean
  /** The password was reset, and the other ways to sign in were not reviewed since. */
  readonly awaitsReview: boolean
  /** An application asks them to sign in to it. */
  readonly isAsked: boolean
  /** Somebody with the password requested the removal of the factors. */
  readonly losesFactors: boolean
  /** Their recovery codes need a replaced secret of the server. */
  readonly areCodesOld: boolean
  /** Counted up to the limit that the page shows. */
  readonly sessions: string
  readonly applications: string
}

export function AccountPage({
  site,
  email,
  hasProviders,
  awaitsReview,
  isAsked,
  losesFactors,
  areCodesOld,
  sessions,
  applications,
}: AccountPageProps) {
  const { paths, viewer, messages, texts } = site
  const { authenticator, review, recovery, requests } = texts.account
  return (
    <Layout site={site} title={messages.layout.account}>
      <h1>{messages.layout.account}</h1>
      <p class="hint">
        <bdi>{viewer?.username}</bdi>
        {email !== undefined && (
          <>
            {' · '}
            <bdi>{email}</bdi>
          </>
        )}
      </p>
      {isAsked && (
        <p class="notice">
          <Icon name="warning" />
          <span>
            <Fill text={requests.notice} look={<a href={paths.accountRequests}>{requests.look}</a>} />
          </span>
        </p>
      )}
      {awaitsReview && (
        <p class="notice">
          <Icon name="warning" />
          <span>
            <Fill text={review.notice} look={<a href={paths.accountReview}>{review.look}</a>} />
          </span>
        </p>
      )}
      {losesFactors && (
        <p class="notice">
          <Icon name="warning" />
          <span>
            <Fill text={recovery.notice} look={<a href={paths.loginRecovery}>{recovery.look}</a>} />
          </span>
        </p>
      )}
      {areCodesOld && (
        <p class="notice">
          <Icon name="warning" />
          <span>
            {authenticator.oldCodes} <a href={paths.recoveryCodes}>{authenticator.renew}</a>
          </span>
        </p>
      )}
      {prepared(['account', paths.accountProfile, sessions, applications, String(hasProviders)], () =>
        waysOf(site, sessions, applications, hasProviders),
      )}
      <p>
        <a href={paths.deleteAccount}>{texts.account.delete.title}</a>
      </p>
    </Layout>
  )
}

/** All pages of the account. */
function waysOf(
  { paths, texts }: Site<'account'>,
  sessions: string,
  applications: string,
  hasProviders: boolean,
) {
  const { home: t, profile, passkeys, authenticator, activity } = texts.account
  return (
    <Ways>
      <Way href={paths.accountProfile} icon="person" title={profile.title}>
        {t.profileText}
      </Way>
      <Way href={paths.accountPassword} icon="key" title={t.password}>
        {t.passwordText}
      </Way>
      <Way href={paths.passkeys} icon="shield" title={passkeys.title}>
        {t.passkeysText}
      </Way>
      {hasProviders && (
        <Way href={paths.identities} icon="users" title={texts.account.identities.title}>
          {t.identitiesText}
        </Way>
      )}
      <Way href={paths.authenticator} icon="clock" title={authenticator.title}>
        {t.authenticatorText}
      </Way>
      <Way href={paths.accountSessions} icon="screen" title={texts.account.sessions.title} count={sessions}>
        {t.sessionsText}
      </Way>
      <Way
        href={paths.accountApplications}
        icon="applications"
        title={texts.account.applications.title}
        count={applications}
      >
        {t.applicationsText}
      </Way>
      <Way href={paths.accountActivity} icon="health" title={activity.title}>
        {t.activityText}
      </Way>
      <Way href={paths.accountExport} icon="download" title={t.data}>
        {t.dataText}
      </Way>
    </Ways>
  )
}
