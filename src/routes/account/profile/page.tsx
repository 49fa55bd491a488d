import type { ProfileField, ProfileForm } from '../../../protocol/profile-form.ts'
import { Field, type FieldProps, type Problem, ProblemSummary } from '../../../ui/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../ui/layout.tsx'
import { Done, Refused } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'

export interface ProfilePageProps {
  readonly site: Site
  readonly form: ProfileForm
  readonly emailVerified: boolean
  readonly attempt: string
  readonly saved: boolean
  readonly problems: readonly Problem[]
  readonly problem?: string | undefined
}

type FieldOf = Omit<FieldProps, 'name' | 'value' | 'problems'> & { readonly name: ProfileField }

interface Section {
  readonly title: string
  /** What applications may learn of it. */
  readonly means: string
  readonly fields: readonly FieldOf[]
}

const sections: readonly Section[] = [
  {
    title: 'You',
    means:
      'Applications see this, your username and when it was last changed, if you allow them to see your profile.',
    fields: [
      {
        name: 'name',
        label: 'Full name',
        autocomplete: 'name',
        hint: 'Left empty, it is given and family name together, or your username.',
      },
      { name: 'given_name', label: 'Given name', autocomplete: 'given-name' },
      { name: 'middle_name', label: 'Middle name', autocomplete: 'additional-name' },
      { name: 'family_name', label: 'Family name', autocomplete: 'family-name' },
      { name: 'nickname', label: 'Nickname', autocomplete: 'nickname' },
      { name: 'gender', label: 'Gender', autocomplete: 'sex', hint: 'In your own words.' },
      {
        name: 'birthdate',
        label: 'Birthday',
        autocomplete: 'bday',
        hint: 'Like 1815-12-10, or the year alone.',
      },
      { name: 'website', label: 'Website', type: 'url', autocomplete: 'url' },
      { name: 'profile', label: 'Page about you', type: 'url' },
      { name: 'picture', label: 'Picture', type: 'url', hint: 'The address of an image.' },
      { name: 'locale', label: 'Language', autocomplete: 'language', hint: 'Like en-GB.' },
      { name: 'zoneinfo', label: 'Time zone', hint: 'Like Europe/Paris.' },
    ],
  },
  {
    title: 'Phone',
    means: 'Applications see it if you allow them to see your phone number.',
    fields: [
      {
        name: 'phone_number',
        label: 'Phone number',
        type: 'tel',
        autocomplete: 'tel',
        hint: 'With the country code, like +44 20 7946 0018.',
      },
    ],
  },
  {
    title: 'Postal address',
    means: 'Applications see it if you allow them to see your postal address.',
    fields: [
      { name: 'street_address', label: 'Street and number', rows: 2, autocomplete: 'street-address' },
      { name: 'postal_code', label: 'Postal code', autocomplete: 'postal-code' },
      { name: 'locality', label: 'Town', autocomplete: 'address-level2' },
      { name: 'region', label: 'State or region', autocomplete: 'address-level1' },
      { name: 'country', label: 'Country', autocomplete: 'country-name' },
    ],
  },
]

export function ProfilePage(props: ProfilePageProps) {
  const { site, form, emailVerified, attempt, saved, problems, problem } = props
  const isWrong = problems.length > 0 || problem !== undefined
  const email: Section = {
    title: 'Email',
    means: 'Applications see it if you allow them to see your email address.',
    fields: [
      {
        name: 'email',
        label: 'Email',
        type: 'email',
        autocomplete: 'email',
        hint: stateOf(form.email, emailVerified),
      },
    ],
  }
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
        {[email, ...sections].map((section) => (
          <SectionOf section={section} form={form} problems={problems} />
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
  if (email === '') return 'Optional.'
  return isVerified
    ? 'Verified. Another address has to be verified anew.'
    : 'Not verified: nobody has shown yet that mail to it reaches you.'
}

interface SectionProps {
  readonly section: Section
  readonly form: ProfileForm
  readonly problems: readonly Problem[]
}

function SectionOf({ section: { title, means, fields }, form, problems }: SectionProps) {
  return (
    <>
      <h2>{title}</h2>
      <p class="hint">{means}</p>
      {fields.map((field) => (
        <Field {...field} value={form[field.name]} problems={problems} />
      ))}
    </>
  )
}
