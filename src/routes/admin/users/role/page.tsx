import { roles } from '../../../../rules/people/role.ts'
import { type Problem, RadioField } from '../../../../ui/forms/fields.tsx'
import { FormPage } from '../../../../ui/forms/form-page.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface RolePageProps {
  readonly site: Site<'admin'>
  readonly user: { readonly id: string; readonly username: string }
  /** The selected role. */
  readonly role: string
  readonly attempt: string
  readonly problems: readonly Problem[]
}

export function RolePage({ site, user, role, attempt, problems }: RolePageProps) {
  const { paths, texts } = site
  const { roles: names, user: words, role: t } = texts.admin
  const title = words.changeRole
  const choices = roles.map((role) => ({ value: role, label: names[role], hint: t.means[role] }))
  return (
    <FormPage
      site={site}
      title={title}
      back={{ href: paths.adminUser(user.id), name: user.username }}
      action={paths.userRole(user.id)}
      attempt={attempt}
      submit={t.change}
      width="narrow"
      problems={problems}
      below={<p>{t.text}</p>}
    >
      <RadioField label={words.role} name="role" value={role} choices={choices} problems={problems} />
    </FormPage>
  )
}
