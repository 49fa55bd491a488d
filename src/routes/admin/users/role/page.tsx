import { type Role, roles } from '../../../../protocol/role.ts'
import { type Problem, ProblemSummary, RadioField } from '../../../../ui/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../../ui/layout.tsx'
import type { Site } from '../../../../ui/site.ts'
import { roleNames } from '../../../../ui/words.ts'

export interface RolePageProps {
  readonly site: Site
  readonly user: { readonly id: string; readonly username: string }
  /** The one that is chosen in the form. */
  readonly role: string
  readonly attempt: string
  readonly problems: readonly Problem[]
}

const meanings: Record<Role, string> = {
  administrator: 'Sees and changes everything, and can take your own role away.',
  support:
    'Reads the administration, and ends people’s sessions and what they allowed. Changes nothing else.',
  developer: 'Registers applications and runs them, also where not everybody may.',
  user: 'Uses applications.',
}

const choices = roles.map((role) => ({ value: role, label: roleNames[role], hint: meanings[role] }))

export function RolePage({ site, user, role, attempt, problems }: RolePageProps) {
  const { paths } = site
  const title = 'Change the role'
  return (
    <Layout site={site} title={problems.length === 0 ? title : `Error: ${title}`} width="narrow">
      <Trail href={paths.adminUser(user.id)}>
        <bdi>{user.username}</bdi>
      </Trail>
      <h1>{title}</h1>
      <ProblemSummary problems={problems} />
      <p>The new role holds at once. It ends nothing: account, applications and sessions stay.</p>
      <form method="post" action={paths.userRole(user.id)}>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <RadioField label="Role" name="role" value={role} choices={choices} problems={problems} />
        <div class="actions">
          <button type="submit">Change</button>
          <a class="button secondary" href={paths.adminUser(user.id)}>
            Cancel
          </a>
        </div>
      </form>
    </Layout>
  )
}
