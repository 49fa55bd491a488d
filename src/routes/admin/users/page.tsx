import type { User } from '../../../store/people/users.ts'
import { Time } from '../../../ui/facts.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace, RowName, SearchForm } from '../../../ui/list.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import { Done } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'

export interface UsersPageProps {
  readonly site: Site
  readonly place: ListPlace
  readonly users: readonly User[]
  /** Whether one comes from deleting somebody. */
  readonly deleted: boolean
}

export function UsersPage({ site, place, users, deleted }: UsersPageProps) {
  const { home, roles, users: t } = site.texts.admin
  return (
    <Layout site={site} title={home.users}>
      <Trail href={site.paths.admin}>{site.messages.layout.administration}</Trail>
      <div class="heading">
        <h1>{home.users}</h1>
        {site.viewer?.isAdministrator && (
          <a class="button secondary" href={site.paths.newUser}>
            <Icon name="plus" />
            {t.create}
          </a>
        )}
      </div>
      {deleted && <Done>{site.texts.admin.deleteUser.done}</Done>}
      <SearchForm place={place} label={t.find} />
      <List place={place} count={users.length}>
        {users.map((user) => (
          <li>
            <Monogram name={user.username} />
            <div>
              <RowName href={site.paths.adminUser(user.id)}>{user.username}</RowName>
              <p class="hint">
                <bdi>{user.email ?? t.noEmail}</bdi>
              </p>
            </div>
            <p class="meta">
              {user.role !== 'user' && (
                <span class={user.role === 'administrator' ? 'tag strong' : 'tag'}>{roles[user.role]}</span>
              )}
              <Time at={user.createdAt} />
            </p>
          </li>
        ))}
      </List>
    </Layout>
  )
}
