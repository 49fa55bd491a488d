import type * as z from 'zod/mini'
import { type FieldProblem, type NamedProblem, profileCodes } from '../../values/problem.ts'
import { type Profile, profileSchema } from '../openid/user-claims.ts'
import { checkEmail } from './person.ts'

/** The claims of OIDC Core §5.1 that people fill in, by the names of their fields. */
const profileFields = [
  'name',
  'given_name',
  'middle_name',
  'family_name',
  'nickname',
  'gender',
  'birthdate',
  'website',
  'profile',
  'picture',
  'locale',
  'zoneinfo',
  'phone_number',
] as const

const addressFields = ['street_address', 'postal_code', 'locality', 'region', 'country'] as const

export type ProfileField = (typeof profileFields)[number] | (typeof addressFields)[number] | 'email'

/** The submitted values, by field. */
export type ProfileForm = Readonly<Record<ProfileField, string>>

export const allFields: readonly ProfileField[] = ['email', ...profileFields, ...addressFields]

export function readProfileForm(typed: (field: ProfileField) => string): ProfileForm {
  return formOf((field) => typed(field))
}

/** The form as shown to a person. */
export function fillProfileForm(email: string | undefined, profile: Profile): ProfileForm {
  const { address = {}, ...claims } = profile
  const known: Partial<Record<ProfileField, string | undefined>> = { ...claims, ...address, email }
  return formOf((field) => known[field] ?? '')
}

function formOf(read: (field: ProfileField) => string): ProfileForm {
  const values = Object.fromEntries(allFields.map((field) => [field, read(field)]))
  // Object.fromEntries loses the key type; the keys are those of `allFields`, which is complete.
  return values as Record<ProfileField, string>
}

export type CheckedProfile =
  | { readonly email: string | undefined; readonly profile: Profile }
  | { readonly problems: readonly FieldProblem[] }

/** All problems at once, each with its field. An empty field leaves out its claim. */
export function checkProfileForm(form: ProfileForm): CheckedProfile {
  const email = checkEmail(form.email)
  const said = (fields: readonly ProfileField[]) =>
    Object.fromEntries(
      fields.map((field) => [field, tidy(field, form[field])]).filter(([, value]) => value !== ''),
    )
  const parts = said(addressFields)
  const address = Object.keys(parts).length === 0 ? undefined : { ...parts, formatted: formatted(parts) }
  const parsed = profileSchema().safeParse({ ...said(profileFields), ...(address && { address }) })
  const emailProblems = 'problem' in email ? [{ field: 'email', problem: email.problem }] : []
  const problems = parsed.success
    ? emailProblems
    : [
        ...emailProblems,
        ...parsed.error.issues.map((issue) => ({
          field: String(issue.path.at(-1)),
          problem: problemOf(issue),
        })),
      ]
  if (!parsed.success || 'problem' in email) return { problems }
  return { email: email.value, profile: parsed.data }
}

/** A problem other than a length has one of the codes that the schema defines. */
function problemOf(issue: z.core.$ZodIssue): NamedProblem {
  if (issue.code === 'too_big') return { code: 'tooLong', most: Number(issue.maximum) }
  return { code: profileCodes.find((code) => code === issue.message) ?? 'dateForm' }
}

/** A street may have several lines (OIDC Core §5.1.1); everything else has one. */
function tidy(field: ProfileField, typed: string): string {
  const lines = typed.normalize('NFC').split(/\r\n?|\n/)
  const clean = lines.map((line) => line.replaceAll(/\p{Cc}/gu, ' ').trim()).filter((line) => line !== '')
  return clean.join(field === 'street_address' ? '\n' : ' ')
}

/** OIDC Core §5.1.1: the whole address for display, in the order that most of the world uses. */
function formatted(parts: Readonly<Record<string, string | undefined>>): string {
  const town = [parts.postal_code, parts.locality].filter(Boolean).join(' ')
  return [parts.street_address, town, parts.region, parts.country].filter(Boolean).join('\n')
}
