import { type UserSelection, userSelections } from '../../../acts/people/selected-users.ts'
import { type ListedUser, userFilters } from '../../../store/people/user-search.ts'
import { Time } from '../../../ui/facts.tsx'
import { SearchForm } from '../../../ui/forms/search-form.tsx'
import { SelectionBar, Tick } from '../../../ui/forms/selection.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { isMore, List, type ListPlace, RowName } from '../../../ui/list.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import { Done } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill, fillText } from '../../../ui/words/fill.tsx'
import { Isolated } from '../../../ui/words/name.tsx'
import { preparedAround } from '../../../ui/words/prepared.ts'

export interface UsersPageProps {
  readonly site: Site<'admin'>
  readonly place: ListPlace
  readonly users: readonly ListedUser[]
  /** Whether the viewer has just deleted a person. */
  readonly deleted: boolean
  /** Whether people can be invited by mail. */
  readonly canMail: boolean
  /** The viewer's last act on several people, and their number. */
  readonly done: { readonly act: UserSelection; readonly number: string } | undefined
}

/** Whether an invitation could reach them; the page that asks knows the rest. */
const isInvitable = ({ neverSignedIn, email }: ListedUser) => neverSignedIn && email !== undefined

export function UsersPage({ site, place, users, deleted, done, canMail }: UsersPageProps) {
  const { home, users: t, selection } = site.texts.admin
  const { sort } = site.messages.common
  const sorts = [
    { value: 'name', label: sort.name },
    { value: '-created', label: sort.created },
  ]
  const acts = userSelections.filter((act) =>
    act === 'invite'
      ? canMail && users.some(isInvitable) && site.viewer?.isAdministrator
      : act === 'sign-out' || site.viewer?.isAdministrator,
  )
  const bar = (
    <SelectionBar site={site} acts={acts.map((value) => ({ value, label: selection.acts[value] }))} />
  )
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
      {done !== undefined && <Done>{fillText(selection.done[done.act], { number: done.number })}</Done>}
      <SearchForm
        place={place}
        label={t.find}
        narrowing={{
          label: t.show,
          all: t.everybody,
          choices: userFilters.map((value) => ({ value, label: t.filters[value] })),
        }}
      />
      {place.search !== '' && isMore(place) && <p class="hint">{t.tooMany}</p>}
      <form method="get" action={site.paths.selectedUsers}>
        <List place={place} count={users.length} sorts={sorts} none={t.none} foot={bar}>
          {users.map((user) => (
            <Row site={site} user={user} />
          ))}
        </List>
      </form>
    </Layout>
  )
}

/** Only the person's own facts are put into it: the rest of it was made once. */
function Row({ site, user }: Pick<UsersPageProps, 'site'> & { readonly user: ListedUser }) {
  const { roles, users: t } = site.texts.admin
  const { id, username, name, email = t.noEmail, role } = user
  const values = {
    tick: <Tick site={site} id={id} name={username} />,
    mark: <Monogram name={username} />,
    href: site.paths.adminUser(id),
    username,
    name,
    email,
    time: <Time at={user.createdAt} ago />,
  }
  return (
    <>
      {preparedAround(['person', role, name === undefined], values, (to) => (
        <li>
          {to.tick}
          {to.mark}
          <div>
            <RowName href={to.href}>{to.username}</RowName>
            <p class="hint">
              {name !== undefined && (
                <>
                  <Isolated>{to.name}</Isolated> ·{' '}
                </>
              )}
              <Isolated>{to.email}</Isolated>
            </p>
          </div>
          <p class="meta">
            {role !== 'user' && (
              <span class={role === 'administrator' ? 'tag strong' : 'tag'}>{roles[role]}</span>
            )}
            <span>
              <Fill text={t.made} time={to.time} />
            </span>
          </p>
        </li>
      ))}
    </>
  )
}
