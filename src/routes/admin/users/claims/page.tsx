import type { ProfileForm } from '../../../../rules/people/profile-form.ts'
import { Field, type Problem } from '../../../../ui/forms/fields.tsx'
import { FormPage } from '../../../../ui/forms/form-page.tsx'
import { ProfileSectionOf, profileSections } from '../../../../ui/profile-sections.tsx'
import type { Site } from '../../../../ui/site.ts'
import { fillText } from '../../../../ui/words/fill.tsx'

export interface ClaimsPageProps {
  readonly site: Site<'account' | 'admin'>
  readonly user: { readonly id: string; readonly username: string }
  readonly form: ProfileForm
  readonly groups: string
  /** The values that were shown first. */
  readonly before: { readonly email: string; readonly groups: string }
  readonly attempt: string
  readonly problems: readonly Problem[]
  readonly problem?: string | undefined
}

export function ClaimsPage({
  site,
  user,
  form,
  groups,
  before,
  attempt,
  problems,
  problem,
}: ClaimsPageProps) {
  const { paths, texts } = site
  const { shared, user: words, claims: t } = texts.admin
  return (
    <FormPage
      site={site}
      title={t.heading}
      documentTitle={fillText(t.title, { user: user.username })}
      back={{ href: paths.adminUser(user.id), name: user.username }}
      action={paths.userClaims(user.id)}
      attempt={attempt}
      problem={problem}
      problems={problems}
      above={<p>{t.text}</p>}
      hidden={{ email_before: before.email, groups_before: before.groups }}
    >
      <Field
        name="groups"
        label={words.groups}
        hint={t.groupsHint}
        rows={4}
        value={groups}
        problems={problems}
      />
      <Field
        name="email"
        label={shared.email}
        type="email"
        hint={t.emailHint}
        value={form.email}
        problems={problems}
      />
      {profileSections.map((section) => (
        <ProfileSectionOf site={site} section={section} form={form} problems={problems} own={false} />
      ))}
    </FormPage>
  )
}
