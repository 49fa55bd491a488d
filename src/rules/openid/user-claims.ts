import * as z from 'zod/mini'
import { once } from '../../values/once.ts'
import type { ProfileCode } from '../../values/problem.ts'
import type { Scope } from '../requests/scope.ts'

/** The claims of each scope, OIDC Core §5.4. `groups` is our own. */
const claimsOfScope = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
  groups: ['groups'],
} as const

type ScopeWithClaims = keyof typeof claimsOfScope
export type UserClaim = (typeof claimsOfScope)[ScopeWithClaims][number]

const scopesWithClaims = Object.keys(claimsOfScope).filter((name) => isScopeWithClaims(name))

function isScopeWithClaims(name: string): name is ScopeWithClaims {
  return Object.hasOwn(claimsOfScope, name)
}

export const userClaims: readonly UserClaim[] = scopesWithClaims.flatMap((name) => claimsOfScope[name])

/** The claims that a scope requests. */
export function claimsOf(scope: Scope): readonly UserClaim[] {
  return scope.filter(isScopeWithClaims).flatMap((name) => claimsOfScope[name])
}

/** The scope that consent is asked for when a claim is requested individually. */
export function scopeOfClaim(claim: string): string | undefined {
  return scopesWithClaims.find((name) => claimsOfScope[name].some((known) => known === claim))
}

/** The code of a schema error: a name, for the texts. */
function problem(code: ProfileCode): string {
  return code
}

const text = () => z.optional(z.string().check(z.minLength(1), z.maxLength(200)))
const webUrl = () =>
  z.optional(
    z.string().check(
      z.maxLength(500),
      z.refine(
        (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
        problem('webAddress'),
      ),
    ),
  )

/** Whether the month has such a day, for a text in the form of a date. The year 0000 means unknown (OIDC Core §5.1). */
function isDay(value: string): boolean {
  const [, month, day] = value.split('-').map(Number)
  if (month === undefined || day === undefined) return true
  const year = Number(value.slice(0, 4)) || 2000
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/** The claims that people set about themselves, with the types of OIDC Core §5.1. Stored as JSON in one column. */
export const profileSchema = once(() =>
  z.object({
    name: text(),
    given_name: text(),
    family_name: text(),
    middle_name: text(),
    nickname: text(),
    profile: webUrl(),
    picture: webUrl(),
    website: webUrl(),
    gender: text(),
    birthdate: z.optional(
      z
        .string()
        .check(
          z.regex(/^([0-9]{4}|0000)(-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))?$/, problem('dateForm')),
          z.refine(isDay, problem('dateDay')),
        ),
    ),
    zoneinfo: z.optional(
      z.string().check(z.regex(/^[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+)*$/, problem('zoneForm'))),
    ),
    locale: z.optional(
      z.string().check(z.regex(/^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$/, problem('localeForm'))),
    ),
    phone_number: z.optional(z.string().check(z.regex(/^\+[0-9 ().;=ext-]{3,40}$/, problem('phoneForm')))),
    address: z.optional(
      z.object({
        formatted: z.optional(z.string().check(z.maxLength(1100))),
        street_address: text(),
        locality: text(),
        region: text(),
        postal_code: text(),
        country: text(),
      }),
    ),
  }),
)

export type Profile = z.infer<ReturnType<typeof profileSchema>>

/** The facts about a person that claims are made from. */
export interface ClaimsSubject {
  readonly username: string
  readonly email: string | undefined
  /** Mail to this address has reached the person. */
  readonly emailVerified: boolean
  readonly profile: Profile
  readonly groups: readonly string[]
  readonly updatedAt: number
}

/**
 * The requested claims that are known: one without a value is left out (OIDC Core §5.3.2). Every address and phone number comes
 * with its verified claim (§5.1), even when not requested: clients read a missing one as true, or fail. We verify no phone
 * numbers.
 */
export function userClaimValues(subject: ClaimsSubject, asked: readonly string[]): Record<string, unknown> {
  const { address, ...profile } = subject.profile
  const known: Record<string, unknown> = {
    ...profile,
    name:
      profile.name ??
      ([profile.given_name, profile.family_name].filter(Boolean).join(' ') || undefined) ??
      subject.username,
    preferred_username: subject.username,
    updated_at: subject.updatedAt,
    email: subject.email,
    email_verified: subject.email === undefined ? undefined : subject.emailVerified,
    phone_number_verified: profile.phone_number === undefined ? undefined : false,
    address: address !== undefined && Object.keys(address).length > 0 ? address : undefined,
    groups: subject.groups,
  }
  return Object.fromEntries(
    userClaims
      .filter((claim) => isAsked(claim, asked) && known[claim] !== undefined)
      .map((claim) => [claim, known[claim]]),
  )
}

function isAsked(claim: UserClaim, asked: readonly string[]): boolean {
  const of = claim.replace(/_verified$/, '')
  return asked.includes(claim) || (of !== claim && asked.includes(of))
}
