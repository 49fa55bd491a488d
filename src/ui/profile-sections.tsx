import type { ProfileField, ProfileForm } from '../protocol/profile-form.ts'
import { Field, type FieldProps, type Problem } from './fields.tsx'

type FieldOf = Omit<FieldProps, 'name' | 'value' | 'problems'> & { readonly name: ProfileField }

export interface ProfileSection {
  readonly title: string
  /** What applications may learn of it. Undefined where somebody else reads it. */
  readonly means?: string
  readonly fields: readonly FieldOf[]
}

/** The claims of OIDC Core §5.1, by where people look for them. */
export const profileSections: readonly ProfileSection[] = [
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

interface SectionProps {
  readonly section: ProfileSection
  readonly form: ProfileForm
  readonly problems: readonly Problem[]
}

export function ProfileSectionOf({ section: { title, means, fields }, form, problems }: SectionProps) {
  return (
    <>
      <h2>{title}</h2>
      {means !== undefined && <p class="hint">{means}</p>}
      {fields.map((field) => (
        <Field {...field} value={form[field.name]} problems={problems} />
      ))}
    </>
  )
}
