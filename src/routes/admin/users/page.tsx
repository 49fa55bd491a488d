import { type ListedUser, userFilters } from '../../../store/people/user-search.ts'
import { Time } from '../../../ui/facts.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace, RowName, SearchForm } from '../../../ui/list.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import { Done } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'
import { countText } from '../../../ui/words/plural.ts'

export interface UsersPageProps {
  readonly site: Site<'admin'>
  readonly place: ListPlace
  readonly users: readonly ListedUser[]
  /** The number of results; one more than `most` when there are more. */
  readonly counted: number | undefined
  readonly most: number
  /** Whether the viewer has just deleted a person. */
  readonly deleted: boolean
}

export function UsersPage({ site, place, users, counted, most, deleted }: UsersPageProps) {
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
      <SearchForm
        place={place}
        label={t.find}
        narrowing={{
          label: t.show,
          all: t.everybody,
          choices: userFilters.map((value) => ({ value, label: t.filters[value] })),
        }}
      />
      {counted !== undefined && (
        <p class="hint">
          {countText(site.language, t.counted, counted, { count: writeCount(counted, most, site.language) })}{' '}
          {counted > most && t.tooMany}
        </p>
      )}
      <List place={place} count={users.length} none={t.none}>
        {users.map((user) => (
          <li>
            <Monogram name={user.username} />
            <div>
              <RowName href={site.paths.adminUser(user.id)}>{user.username}</RowName>
              <p class="hint">
                {user.name !== undefined && (
                  <>
                    <bdi>{user.name}</bdi> ·{' '}
                  </>
                )}
                <bdi>{user.email ?? t.noEmail}</bdi>
              </p>
            </div>
            <p class="meta">
              {user.role !== 'user' && (
                <span class={user.role === 'administrator' ? 'tag strong' : 'tag'}>{roles[user.role]}</span>
              )}
              <Time at={user.createdAt} ago />
            </p>
          </li>
        ))}
      </List>
    </Layout>
  )
}

/** Like “1,000+”. */
function writeCount(counted: number, most: number, language: string): string {
  const written = new Intl.NumberFormat(language).format(Math.min(counted, most))
  return counted > most ? `${written}+` : written
}
