import type { Role } from '../../../../protocol/role.ts'
import { ClientName } from '../../../../ui/client-name.tsx'
import { Fact, Facts, Time } from '../../../../ui/facts.tsx'
import { Icon } from '../../../../ui/icons.tsx'
import { Layout, Trail } from '../../../../ui/layout.tsx'
import { List, type ListPlace } from '../../../../ui/list.tsx'
import { Monogram } from '../../../../ui/monogram.tsx'
import { Saved } from '../../../../ui/saved.tsx'
import type { Site } from '../../../../ui/site.ts'
import { roleNames } from '../../../../ui/words.ts'

export interface UserPageProps {
  readonly site: Site
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
  readonly factors: { readonly hasAuthenticator: boolean; readonly passkeys: number }
  /** The first of the applications that they registered. */
  readonly owned: readonly { readonly id: string; readonly name: string }[]
  readonly ownsMore: boolean
  /** The applications that they use. */
  readonly connected: readonly {
    readonly clientId: string
    readonly name: string
    readonly scope: readonly string[]
    readonly grantedAt: number
    readonly lastUsedAt: number | undefined
  }[]
  readonly place: ListPlace
  readonly isSelf: boolean
  readonly saved: boolean
}

export function UserPage(props: UserPageProps) {
  const { site, user, suspendedAt, isSelf, saved } = props
  const { paths } = site
  return (
    <Layout site={site} title={user.username}>
      <Trail href={paths.adminUsers}>Users</Trail>
      <Saved when={saved} />
      <div class="heading">
        <h1>
          <bdi>{user.username}</bdi>
        </h1>
        {!isSelf && site.viewer?.isAdministrator && (
          <div class="actions">
            <a class="button secondary" href={paths.userRole(user.id)}>
              Change the role
            </a>
            <a class="button secondary" href={paths.suspendUser(user.id)}>
              {suspendedAt === undefined ? 'Suspend' : 'Resume'}
            </a>
          </div>
        )}
      </div>
      {suspendedAt !== undefined && (
        <p class="notice">
          <Icon name="warning" />
          <span>
            <strong>Suspended</strong> since <Time at={suspendedAt} exact />: they can’t sign in, and no token
            of theirs is good.
          </span>
        </p>
      )}
      <UserFacts {...props} />
      <h2>Connected applications</h2>
      <Connected {...props} />
    </Layout>
  )
}

function UserFacts(props: UserPageProps) {
  const { site, user, groups, emailVerifiedAt, sessions, factors, owned, ownsMore, isSelf } = props
  const { paths, viewer } = site
  const hasFactor = factors.hasAuthenticator || factors.passkeys > 0
  const mayReset = viewer?.isAdministrator === true && !isSelf
  return (
    <Facts>
      <Fact name="User ID">
        <code>{user.id}</code>
      </Fact>
      <Fact name="Email">
        <bdi>{user.email ?? 'None'}</bdi>{' '}
        {user.email !== undefined && (
          <span class="tag">{emailVerifiedAt === undefined ? 'Not verified' : 'Verified'}</span>
        )}
      </Fact>
      <Fact name="Groups">
        {groups.length > 0 && (
          <>
            <bdi>{groups.join(', ')}</bdi>{' '}
          </>
        )}
        {site.viewer?.isAdministrator ? (
          <a href={paths.userClaims(user.id)}>Edit claims and groups</a>
        ) : (
          groups.length === 0 && 'None'
        )}
      </Fact>
      <Fact name="Role">
        {roleNames[user.role]}
        {isSelf && ' (you)'}
      </Fact>
      <Fact name="Created">
        <Time at={user.createdAt} exact />
      </Fact>
      <Fact name="Sessions">
        {sessions >= 100 ? '100 or more' : String(sessions)}{' '}
        {sessions > 0 && <a href={paths.endUserSessions(user.id)}>End them</a>}
      </Fact>
      <Fact name="Second factor">
        <ul class="lines">
          {factors.hasAuthenticator && <li>Authenticator app</li>}
          {factors.passkeys > 0 && <li>Passkeys: {factors.passkeys}</li>}
          {hasFactor ? (
            mayReset && (
              <li>
                <a href={paths.resetFactors(user.id)}>Reset</a>
              </li>
            )
          ) : (
            <li>None</li>
          )}
        </ul>
      </Fact>
      <Fact name="Own applications">
        {owned.length === 0 && 'None'}
        <ul class="lines">
          {owned.map((client) => (
            <li>
              <ClientName site={site} {...client} />
            </li>
          ))}
          {ownsMore && (
            <li>
              <a href={`${paths.adminApplications}?owner=${user.id}`}>Show all</a>
            </li>
          )}
        </ul>
      </Fact>
      <Fact name="Activity">
        <a href={`${paths.adminAudit}?user=${user.id}`}>In the audit log</a>
      </Fact>
    </Facts>
  )
}

function Connected({ site, user, connected, place }: UserPageProps) {
  const { paths } = site
  if (connected.length === 0 && place.after === '')
    return <p class="empty">They have not allowed any application anything.</p>
  return (
    <List place={place} count={connected.length}>
      {connected.map((client) => (
        <li>
          <Monogram name={client.name} />
          <div>
            <ClientName site={site} id={client.clientId} name={client.name} />
            <p class="hint">
              {client.scope.join(', ')} · allowed <Time at={client.grantedAt} />
              {client.lastUsedAt !== undefined && (
                <>
                  , last used <Time at={client.lastUsedAt} />
                </>
              )}
            </p>
          </div>
          <p class="meta">
            <a
              class="button secondary small"
              href={paths.endUserAccess(user.id, client.clientId)}
              aria-label={`End the access of ${client.name}`}
            >
              End
            </a>
          </p>
        </li>
      ))}
    </List>
  )
}
