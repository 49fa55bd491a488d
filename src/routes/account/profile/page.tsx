import type { ProfileForm } from '../../../rules/people/profile-form.ts'
import { type Problem, ProblemSummary } from '../../../ui/forms/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../ui/layout.tsx'
import { Done, Refused } from '../../../ui/outcome.tsx'
import { ProfileSectionOf, profileSections } from '../../../ui/profile-sections.tsx'
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
  const { error, common } = site.messages
  const t = site.texts.account.profile
  const isWrong = problems.length > 0 || problem !== undefined
  return (
    <Layout site={site} title={isWrong ? `${error}: ${t.title}` : t.title}>
      <Trail href={site.paths.account}>{site.messages.layout.account}</Trail>
      <h1>{t.title}</h1>
      {saved && !isWrong && <Done>{common.saved}</Done>}
      <p>{t.text}</p>
      <Refused problem={problem} />
      <ProblemSummary problems={problems} />
      <form class="long" method="post" action={site.paths.accountProfile} novalidate>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <h2>{t.email}</h2>
        <p class="hint">{t.emailHint}</p>
        <p>
          <bdi>{email}</bdi> {email === '' ? t.noEmail : emailVerified ? t.verified : t.unverified}{' '}
          <a href={site.paths.accountEmail}>{email === '' ? t.addEmail : t.changeEmail}</a>
        </p>
        {profileSections.map((section) => (
          <ProfileSectionOf site={site} section={section} form={form} problems={problems} own />
        ))}
        <div class="actions">
          <button type="submit">{common.save}</button>
          <a class="button secondary" href={site.paths.account}>
            {common.cancel}
          </a>
        </div>
      </form>
    </Layout>
  )
}
