import type { ProfileForm } from '../../../../protocol/profile-form.ts'
import { Field, type Problem, ProblemSummary } from '../../../../ui/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../../ui/layout.tsx'
import { Refused } from '../../../../ui/outcome.tsx'
import { ProfileSectionOf, profileSections } from '../../../../ui/profile-sections.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface ClaimsPageProps {
  readonly site: Site
  readonly user: { readonly id: string; readonly username: string }
  readonly form: ProfileForm
  readonly groups: string
  readonly attempt: string
  readonly problems: readonly Problem[]
  readonly problem?: string | undefined
}

export function ClaimsPage({ site, user, form, groups, attempt, problems, problem }: ClaimsPageProps) {
  const { paths } = site
  const isWrong = problems.length > 0 || problem !== undefined
  return (
    <Layout site={site} title={isWrong ? 'Error: Claims' : `Claims of ${user.username}`}>
      <Trail href={paths.adminUser(user.id)}>
        <bdi>{user.username}</bdi>
      </Trail>
      <h1>Claims and groups</h1>
      <p>
        What applications are told of this person, as far as the person allows it. They can change all but the
        groups themselves.
      </p>
      <Refused problem={problem} />
      <ProblemSummary problems={problems} />
      <form class="long" method="post" action={paths.userClaims(user.id)} novalidate>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <Field
          name="groups"
          label="Groups"
          hint="One a line. Applications decide by them what somebody may do."
          rows={4}
          value={groups}
          problems={problems}
        />
        <Field
          name="email"
          label="Email"
          type="email"
          hint="Another address counts as not verified. Links that were mailed to the one before stop working, and it is told."
          value={form.email}
          problems={problems}
        />
        {profileSections.map(({ title, fields }) => (
          <ProfileSectionOf
            section={{ title, fields: fields.map((field) => ({ ...field, autocomplete: 'off' })) }}
            form={form}
            problems={problems}
          />
        ))}
        <div class="actions">
          <button type="submit">Save</button>
          <a class="button secondary" href={paths.adminUser(user.id)}>
            Cancel
          </a>
        </div>
      </form>
    </Layout>
  )
}
