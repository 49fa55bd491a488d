import type { ProfileForm } from '../../../../rules/people/profile-form.ts'
import { Field, type Problem, ProblemSummary } from '../../../../ui/forms/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../../ui/layout.tsx'
import { Refused } from '../../../../ui/outcome.tsx'
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
  const { paths, messages, texts } = site
  const { shared, user: words, claims: t } = texts.admin
  const isWrong = problems.length > 0 || problem !== undefined
  return (
    <Layout
      site={site}
      title={isWrong ? `${messages.error}: ${t.short}` : fillText(t.title, { user: user.username })}
    >
      <Trail href={paths.adminUser(user.id)}>
        <bdi>{user.username}</bdi>
      </Trail>
      <h1>{t.heading}</h1>
      <p>{t.text}</p>
      <Refused problem={problem} />
      <ProblemSummary problems={problems} />
      <form class="long" method="post" action={paths.userClaims(user.id)} novalidate>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <input type="hidden" name="email_before" value={before.email} />
        <input type="hidden" name="groups_before" value={before.groups} />
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
        <div class="actions">
          <button type="submit">{messages.common.save}</button>
          <a class="button secondary" href={paths.adminUser(user.id)}>
            {messages.common.cancel}
          </a>
        </div>
      </form>
    </Layout>
  )
}
