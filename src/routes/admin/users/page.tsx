import type { User } from '../../../store/users.ts'
import { Time } from '../../../ui/facts.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace, SearchForm } from '../../../ui/list.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import type { Site } from '../../../ui/site.ts'

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
              <a class="cover" href={site.paths.adminUser(user.id)}>
                <bdi>{user.username}</bdi>
              </a>
              <p class="hint">
                <bdi>{user.email ?? 'No email'}</bdi>
              </p>
            </div>
            <p class="meta">
              {user.role === 'administrator' && <span class="tag strong">Administrator</span>}
              <Time at={user.createdAt} />
            </p>
          </li>
        ))}
      </List>
    </Layout>
  )
}
