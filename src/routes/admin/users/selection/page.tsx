import type { UserSelection } from '../../../../acts/people/selected-users.ts'
import type { User } from '../../../../store/people/users.ts'
import { SelectionPage } from '../../../../ui/forms/selection.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface SelectedUsersPageProps {
  readonly site: Site<'admin'>
  readonly act: UserSelection
  readonly chosen: readonly User[]
  readonly leftOut: readonly User[]
  readonly attempt: string
  readonly problem?: string | undefined
}

export function SelectedUsersPage(props: SelectedUsersPageProps) {
  const { site, act, chosen, leftOut, attempt, problem } = props
  const { users, suspendUser, selection: t } = site.texts.admin
  return (
    <SelectionPage
      site={site}
      title={t.people[act]}
      action={site.paths.selectedUsers}
      back={site.paths.adminUsers}
      act={act}
      submit={t.acts[act]}
      mild={act === 'resume' || act === 'invite'}
      chosen={chosen.map(({ id, username, email }) => ({
        id,
        name: username,
        detail: email ?? users.noEmail,
      }))}
      leftOut={leftOut.map(({ username }) => username)}
      attempt={attempt}
      problem={problem}
    >
      <p>{t.peopleText[act]}</p>
      {act === 'suspend' && (
        <>
          <ul>
            <li>{suspendUser.tokens}</li>
            <li>{suspendUser.jwts}</li>
          </ul>
          <p>{suspendUser.kept}</p>
        </>
      )}
    </SelectionPage>
  )
}
