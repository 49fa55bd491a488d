import { roles } from '../../../../rules/people/role.ts'
import { type Problem, ProblemSummary, RadioField } from '../../../../ui/forms/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../../ui/layout.tsx'
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
  const { paths, messages, texts } = site
  const { roles: names, user: words, role: t } = texts.admin
  const title = words.changeRole
  const choices = roles.map((role) => ({ value: role, label: names[role], hint: t.means[role] }))
  return (
    <Layout site={site} title={problems.length === 0 ? title : `${messages.error}: ${title}`} width="narrow">
      <Trail href={paths.adminUser(user.id)}>
        <bdi>{user.username}</bdi>
      </Trail>
      <h1>{title}</h1>
      <ProblemSummary problems={problems} />
      <p>{t.text}</p>
      <form method="post" action={paths.userRole(user.id)}>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <RadioField label={words.role} name="role" value={role} choices={choices} problems={problems} />
        <div class="actions">
          <button type="submit">{t.change}</button>
          <a class="button secondary" href={paths.adminUser(user.id)}>
            {messages.common.cancel}
          </a>
        </div>
      </form>
    </Layout>
  )
}
