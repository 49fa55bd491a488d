import type { User } from '../../../store/users.ts'
import { Time } from '../../../ui/facts.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace, RowName, SearchForm } from '../../../ui/list.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import type { Site } from '../../../ui/site.ts'
import { roleNames } from '../../../ui/words.ts'

export interface UsersPageProps {
  readonly site: Site
  readonly place: ListPlace
  readonly users: readonly User[]
}

export function UsersPage({ site, place, users }: UsersPageProps) {
  return (
    <Layout site={site} title="Users">
      <Trail href={site.paths.admin}>Administration</Trail>
      <h1>Users</h1>
      <SearchForm place={place} label="Find by the start of the username" />
      <List place={place} count={users.length}>
        {users.map((user) => (
          <li>
            <Monogram name={user.username} />
            <div>
              <RowName href={site.paths.adminUser(user.id)}>{user.username}</RowName>
              <p class="hint">
                <bdi>{user.email ?? 'No email'}</bdi>
              </p>
            </div>
            <p class="meta">
              {user.role !== 'user' && (
                <span class={user.role === 'administrator' ? 'tag strong' : 'tag'}>
                  {roleNames[user.role]}
                </span>
              )}
              <Time at={user.createdAt} />
            </p>
          </li>
        ))}
      </List>
    </Layout>
  )
}
