import type { ProfileForm } from '../../../rules/people/profile-form.ts'
import type { Problem } from '../../../ui/forms/fields.tsx'
import { FormPage } from '../../../ui/forms/form-page.tsx'
import { ProfileSectionOf, profileSections } from '../../../ui/profile-sections.tsx'
import { Saved } from '../../../ui/saved.tsx'
import type { Site } from '../../../ui/site.ts'

export interface ProfilePageProps {
  readonly site: Site<'account'>
  readonly form: ProfileForm
  readonly email: string
  readonly emailVerified: boolean
  readonly attempt: string
  readonly saved: boolean
  readonly problems: readonly Problem[]
  readonly problem?: string | undefined
}

export function ProfilePage(props: ProfilePageProps) {
  const { site, form, email, emailVerified, attempt, saved, problems, problem } = props
  const t = site.texts.account.profile
  const isWrong = problems.length > 0 || problem !== undefined
  return (
    <FormPage
      site={site}
      title={t.title}
      back={{ href: site.paths.account, name: site.messages.layout.account }}
      action={site.paths.accountProfile}
      attempt={attempt}
      problem={problem}
      problems={problems}
      above={
        <>
          <Saved when={saved && !isWrong} what={t.title} />
          <p>{t.text}</p>
        </>
      }
    >
      <h2>{t.email}</h2>
      <p class="hint">{t.emailHint}</p>
      <p>
        <bdi>{email}</bdi> {email === '' ? t.noEmail : emailVerified ? t.verified : t.unverified}{' '}
        <a href={site.paths.accountEmail}>{email === '' ? t.addEmail : t.changeEmail}</a>
      </p>
      {profileSections.map((section) => (
        <ProfileSectionOf site={site} section={section} form={form} problems={problems} own />
      ))}
    </FormPage>
  )
}
