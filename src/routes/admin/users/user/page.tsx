import type { Role } from '../../../../rules/people/role.ts'
import { Fact, Facts, Time } from '../../../../ui/facts.tsx'
import { Icon } from '../../../../ui/icons.tsx'
import { Layout, Trail } from '../../../../ui/layout.tsx'
import { Saved } from '../../../../ui/saved.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill, fillText } from '../../../../ui/words/fill.tsx'
import { ClientName } from '../../../../ui/words/name.tsx'
import { countText } from '../../../../ui/words/plural.ts'
import { savedText } from '../../saved-text.ts'
import { Connected, type ConnectedProps } from './connected.tsx'

export interface UserPageProps extends ConnectedProps {
  readonly site: Site<'account' | 'admin'>
  readonly user: {
    readonly id: string
    readonly username: string
    readonly email: string | undefined
    readonly role: Role
    readonly createdAt: number
  }
  readonly suspendedAt: number | undefined
  readonly emailVerifiedAt: number | undefined
  readonly groups: readonly string[]
  readonly sessions: number
  readonly neverSignedIn: boolean
  /** Whether people can be invited by mail. */
  readonly canMail: boolean
  /** The sessions seen last, by device. */
  readonly devices: readonly {
    readonly name: string
    readonly items: readonly { readonly sid: string; readonly lastSeenAt: number }[]
  }[]
  /** Failed attempts from unknown browsers that currently count against the account. */
  readonly failed: number
  readonly factors: { readonly hasAuthenticator: boolean; readonly passkeys: number }
  readonly identities: readonly {
    /** In its URLs. */
    readonly key: string
    readonly label: string
    readonly connectionName: string
  }[]
  /** The first of their own applications. */
  readonly owned: readonly { readonly id: string; readonly name: string }[]
  readonly ownsMore: boolean
  readonly isSelf: boolean
  /** The type of the event of a completed act. */
  readonly saved: string | undefined
}

export function UserPage(props: UserPageProps) {
  const { site, user, suspendedAt, isSelf, saved } = props
  const { paths } = site
  const { shared, home, selection, user: t } = site.texts.admin
  const isInvitable =
    props.canMail && props.neverSignedIn && user.email !== undefined && suspendedAt === undefined
  return (
    <Layout site={site} title={user.username}>
      <Trail href={paths.adminUsers}>{home.users}</Trail>
      <div class="heading">
        <h1>
          <bdi>{user.username}</bdi>
        </h1>
        {!isSelf && site.viewer?.isAdministrator && (
          <div class="actions">
            {isInvitable && (
              <a
                class="button secondary"
                href={`${paths.selectedUsers}?${new URLSearchParams({ act: 'invite', id: user.id })}`}
              >
                {selection.acts.invite}
              </a>
            )}
            <a class="button secondary" href={paths.userRole(user.id)}>
              {t.changeRole}
            </a>
            <a class="button secondary" href={paths.suspendUser(user.id)}>
              {suspendedAt === undefined ? shared.suspend : shared.resume}
            </a>
            <a class="button secondary" href={paths.deleteUser(user.id)}>
              {site.texts.account.delete.submit}
            </a>
          </div>
        )}
      </div>
      <Saved when={saved !== undefined} text={savedText(site, saved)} what={user.username} />
      {suspendedAt !== undefined && (
        <p class="notice">
          <Icon name="warning" />
          <span>
            <Fill
              text={t.suspended}
              suspended={<strong>{t.suspendedWord}</strong>}
              at={<Time at={suspendedAt} exact />}
            />
          </span>
        </p>
      )}
      <UserFacts {...props} />
      <h2>{t.connected}</h2>
      <Connected {...props} />
    </Layout>
  )
}

function UserFacts(props: UserPageProps) {
  const {
    site,
    user,
    groups,
    emailVerifiedAt,
    sessions,
    devices,
    failed,
    factors,
    owned,
    ownsMore,
    isSelf,
    mayEnd,
  } = props
  const { paths, viewer, messages } = site
  const { shared, roles, user: t } = site.texts.admin
  const { sessions: account } = site.texts.account
  const hasFactor = factors.hasAuthenticator || factors.passkeys > 0
  const mayReset = viewer?.isAdministrator === true && !isSelf
  return (
    <Facts>
      <Fact name={t.id}>
        <code>{user.id}</code>
      </Fact>
      <Fact name={shared.email}>
        <bdi>{user.email ?? shared.none}</bdi>{' '}
        {user.email !== undefined && (
          <span class="tag">{emailVerifiedAt === undefined ? t.notVerified : t.verified}</span>
        )}
      </Fact>
      <Fact name={t.groups}>
        {groups.length > 0 && (
          <>
            <bdi>{groups.join(', ')}</bdi>{' '}
          </>
        )}
        {site.viewer?.isAdministrator ? (
          <a href={paths.userClaims(user.id)}>{t.editClaims}</a>
        ) : (
          groups.length === 0 && shared.none
        )}
      </Fact>
      <Fact name={t.role}>{isSelf ? fillText(t.you, { role: roles[user.role] }) : roles[user.role]}</Fact>
      <Fact name={t.created}>
        <Time at={user.createdAt} exact ago />
      </Fact>
      <Fact name={t.sessions}>
        {sessions >= 100 ? t.sessionsMany : String(sessions)}{' '}
        {sessions > 0 && mayEnd && <a href={paths.endUserSessions(user.id)}>{t.endThem}</a>}
        <ul class="lines">
          {devices.map(({ name, items }) => (
            <li class="hint">
              {name}
              {items.length > 1 && <> ({countText(site.language, account.count, items.length)})</>}:{' '}
              <Fill text={account.seen} at={<Time at={items[0]?.lastSeenAt ?? 0} exact ago />} />{' '}
              {mayEnd && (
                <a
                  href={`${paths.endUserSessions(user.id)}?${new URLSearchParams({ end: items.map(({ sid }) => sid).join(' ') })}`}
                  aria-label={fillText(account.signOutOf, { device: name })}
                >
                  {account.signOut}
                </a>
              )}
            </li>
          ))}
        </ul>
      </Fact>
      {failed > 0 && (
        <Fact name={t.failed}>
          {countText(site.language, t.failedCount, failed)}{' '}
          {viewer?.isAdministrator && <a href={paths.unlockUser(user.id)}>{t.unlockIt}</a>}
        </Fact>
      )}
      <Fact name={t.factor}>
        <ul class="lines">
          {factors.hasAuthenticator && <li>{t.authenticator}</li>}
          {factors.passkeys > 0 && <li>{countText(site.language, t.passkeys, factors.passkeys)}</li>}
          {hasFactor ? (
            mayReset && (
              <li>
                <a href={paths.resetFactors(user.id)}>{t.reset}</a>
              </li>
            )
          ) : (
            <li>{t.noFactor}</li>
          )}
        </ul>
      </Fact>
      {props.identities.length > 0 && <Identities {...props} />}
      <Fact name={t.own}>
        {owned.length === 0 && t.noneOwn}
        <ul class="lines">
          {owned.map((client) => (
            <li>
              <ClientName site={site} {...client} />
            </li>
          ))}
          {ownsMore && (
            <li>
              <a href={`${paths.adminApplications}?owner=${user.id}`}>{messages.common.showAll}</a>
            </li>
          )}
        </ul>
      </Fact>
      <Fact name={t.activity}>
        <a href={`${paths.adminAudit}?user=${user.id}`}>{t.inAudit}</a>
      </Fact>
    </Facts>
  )
}

function Identities({ site, user, identities, isSelf }: UserPageProps) {
  const t = site.texts.admin.user
  const mayRemove = site.viewer?.isAdministrator === true && !isSelf
  return (
    <Fact name={t.identities}>
      <ul class="lines">
        {identities.map(({ key, label, connectionName }) => (
          <li>
            <Fill text={t.identityAt} name={<bdi>{label}</bdi>} provider={<bdi>{connectionName}</bdi>} />{' '}
            {mayRemove && (
              <a href={site.paths.userIdentity(user.id, key)} aria-label={`${t.removeIdentity}: ${label}`}>
                {t.removeIdentity}
              </a>
            )}
          </li>
        ))}
      </ul>
    </Fact>
  )
}
