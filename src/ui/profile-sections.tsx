import type { ProfileField, ProfileForm } from '../rules/people/profile-form.ts'
import { Field, type FieldProps, type Problem } from './forms/fields.tsx'
import type { Site } from './site.ts'
import type { Texts } from './words/messages/index.ts'

type Text = keyof Texts['account']['person']

/** The label of each claim, by the claim's name. */
type FieldOf = Pick<FieldProps, 'type' | 'rows' | 'autocomplete'> & {
  readonly name: Exclude<ProfileField, 'email'>
  readonly hint?: Text
}

export interface ProfileSection {
  readonly title: Text
  /** The claims that applications may read. */
  readonly means: Text
  /** A line, until one of its fields is filled in or wrong. */
  readonly isFolded?: boolean
  readonly fields: readonly FieldOf[]
}

/** The claims of OIDC Core §5.1, grouped as people look for them. */
export const profileSections: readonly ProfileSection[] = [
  {
    title: 'you',
    means: 'youMeans',
    fields: [
      { name: 'name', autocomplete: 'name', hint: 'nameHint' },
      { name: 'locale', autocomplete: 'language', hint: 'localeHint' },
      { name: 'zoneinfo', hint: 'zoneinfoHint' },
    ],
  },
  {
    title: 'more',
    means: 'youMeans',
    isFolded: true,
    fields: [
      { name: 'given_name', autocomplete: 'given-name' },
      { name: 'middle_name', autocomplete: 'additional-name' },
      { name: 'family_name', autocomplete: 'family-name' },
      { name: 'nickname', autocomplete: 'nickname' },
      { name: 'gender', autocomplete: 'sex', hint: 'genderHint' },
      { name: 'birthdate', autocomplete: 'bday', hint: 'birthdateHint' },
      { name: 'website', type: 'url', autocomplete: 'url' },
      { name: 'profile', type: 'url' },
      { name: 'picture', type: 'url', hint: 'pictureHint' },
    ],
  },
  {
    title: 'phone',
    means: 'phoneMeans',
    isFolded: true,
    fields: [{ name: 'phone_number', type: 'tel', autocomplete: 'tel', hint: 'phone_numberHint' }],
  },
  {
    title: 'postal',
    means: 'postalMeans',
    isFolded: true,
    fields: [
      { name: 'street_address', rows: 2, autocomplete: 'street-address' },
      { name: 'postal_code', autocomplete: 'postal-code' },
      { name: 'locality', autocomplete: 'address-level2' },
      { name: 'region', autocomplete: 'address-level1' },
      { name: 'country', autocomplete: 'country-name' },
    ],
  },
]

interface SectionProps {
  readonly site: Site<'account'>
  readonly section: ProfileSection
  readonly form: ProfileForm
  readonly problems: readonly Problem[]
  /** Whether people fill it in themselves. */
  readonly own: boolean
}

export function ProfileSectionOf({ site, section, form, problems, own }: SectionProps) {
  const t = site.texts.account.person
  const isWrong = ({ name }: FieldOf) => problems.some(({ field }) => field === name)
  const isOpen = section.fields.some((field) => form[field.name] !== '' || isWrong(field))
  const fields = (
    <>
      {own && <p class="hint">{t[section.means]}</p>}
      {section.fields.map(({ hint, autocomplete = 'off', ...field }) => (
        <Field
          {...field}
          {...(hint && { hint: t[hint] })}
          label={t[field.name]}
          autocomplete={own ? autocomplete : 'off'}
          value={form[field.name]}
          problems={problems}
        />
      ))}
    </>
  )
  if (section.isFolded) {
    return (
      <details class="field" open={isOpen}>
        <summary>{t[section.title]}</summary>
        {fields}
      </details>
    )
  }
  return (
    <>
      <h2>{t[section.title]}</h2>
      {fields}
      <script src="/choices.js" type="module" />
    </>
  )
}
