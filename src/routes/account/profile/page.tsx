import type { ProfileForm } from '../../../protocol/profile-form.ts'
import { type Problem, ProblemSummary } from '../../../ui/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../ui/layout.tsx'
import { Done, Refused } from '../../../ui/outcome.tsx'
import { ProfileSectionOf, profileSections } from '../../../ui/profile-sections.tsx'
import type { Site } from '../../../ui/site.ts'

export interface ProfilePageProps {
  readonly site: Site
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
  const isWrong = problems.length > 0 || problem !== undefined
  return (
    <Layout site={site} title={isWrong ? 'Error: Profile' : 'Profile'}>
      <Trail href={site.paths.account}>Your account</Trail>
      <h1>Profile</h1>
      {saved && !isWrong && <Done>Saved</Done>}
      <p>
        Fill in what you like to. Nobody sees it here; an application sees a part when it asks and you allow
        it. What you change, applications see when you use them next.
      </p>
      <Refused problem={problem} />
      <ProblemSummary problems={problems} />
      <form class="long" method="post" action={site.paths.accountProfile} novalidate>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <h2>Email</h2>
        <p class="hint">Applications see it if you allow them to see your email address.</p>
        <p>
          <bdi>{email}</bdi> {stateOf(email, emailVerified)}{' '}
          <a href={site.paths.accountEmail}>{email === '' ? 'Add an address' : 'Change the address'}</a>
        </p>
        {profileSections.map((section) => (
          <ProfileSectionOf section={section} form={form} problems={problems} />
        ))}
        <div class="actions">
          <button type="submit">Save</button>
          <a class="button secondary" href={site.paths.account}>
            Cancel
          </a>
        </div>
      </form>
    </Layout>
  )
}

function stateOf(email: string, isVerified: boolean): string {
  if (email === '') return 'You have none here.'
  return isVerified ? 'Verified.' : 'Not verified: nobody has shown yet that mail to it reaches you.'
}
