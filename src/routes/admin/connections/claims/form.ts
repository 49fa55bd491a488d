import { checkGroups } from '../../../../rules/people/groups.ts'
import { roles } from '../../../../rules/people/role.ts'
import type { ClaimNames, ConnectionSettings, Mapped } from '../../../../rules/sign-in/connection.ts'
import type { FieldProblem, NamedProblem } from '../../../../values/problem.ts'
import { fieldsOf } from '../../form.ts'

export const claimFields = [
  'subject',
  'username',
  'name',
  'email',
  'email_verified',
  'groups',
  'group_map',
  'role_map',
] as const
type ClaimField = (typeof claimFields)[number]

/** The form as it was typed. */
export type ClaimsForm = Readonly<Record<ClaimField, string>>

export type TypedClaims = Pick<ConnectionSettings, 'claims' | 'groups' | 'roles'>

const mostMapped = 100
const longestText = 300

export function readClaimsForm(pairs: URLSearchParams): ClaimsForm {
  return fieldsOf(claimFields, (field) => (pairs.get(field) ?? '').trim())
}

export function claimsForm({ claims, groups, roles }: TypedClaims): ClaimsForm {
  const lines = (mapped: readonly Mapped<string>[]) =>
    mapped.map(({ from, to }) => `${from} -> ${to}`).join('\n')
  const given: ClaimsForm = {
    subject: claims.subject,
    username: claims.username,
    name: claims.name,
    email: claims.email,
    email_verified: claims.emailVerified ?? '',
    groups: claims.groups ?? '',
    group_map: lines(groups),
    role_map: lines(roles),
  }
  return given
}

export function writeClaimsForm(form: ClaimsForm): URLSearchParams {
  return new URLSearchParams(Object.entries(form))
}

export function parseClaimsForm(
  form: ClaimsForm,
): TypedClaims | { readonly problems: readonly FieldProblem[] } {
  const problems: FieldProblem[] = []
  const note = (field: ClaimField, problem: NamedProblem | undefined) => {
    if (problem !== undefined) problems.push({ field, problem })
  }
  for (const field of ['subject', 'username', 'name', 'email'] as const) note(field, pathProblem(form[field]))
  for (const field of ['email_verified', 'groups'] as const)
    if (form[field] !== '') note(field, pathProblem(form[field]))
  const groups = mappedIn(form.group_map, groupOf)
  if ('problem' in groups) note('group_map', groups.problem)
  const mappedRoles = mappedIn(form.role_map, roleOf)
  if ('problem' in mappedRoles) note('role_map', mappedRoles.problem)
  if (problems.length > 0 || 'problem' in groups || 'problem' in mappedRoles) return { problems }
  const claims: ClaimNames = {
    subject: form.subject,
    username: form.username,
    name: form.name,
    email: form.email,
    emailVerified: form.email_verified === '' ? undefined : form.email_verified,
    groups: form.groups === '' ? undefined : form.groups,
  }
  return { claims, groups: groups.mapped, roles: mappedRoles.mapped }
}

/** Members separated by dots. A namespaced claim may be a URL: its dots separate nothing that exists. */
function pathProblem(typed: string): NamedProblem | undefined {
  if (typed.length > 100) return { code: 'tooLong', most: 100 }
  return /^[\x21-\x7e]+$/.test(typed) ? undefined : { code: 'connectionClaim' }
}

type Target<To> = { readonly value: To } | { readonly problem: NamedProblem }

/** One per line: their value, an arrow, ours. */
function mappedIn<To>(
  typed: string,
  targetOf: (text: string) => Target<To>,
): { readonly mapped: readonly Mapped<To>[] } | { readonly problem: NamedProblem } {
  const lines = typed.split(/[\r\n]+/).filter((line) => line.trim() !== '')
  if (lines.length > mostMapped) return { problem: { code: 'scopesMany', most: mostMapped } }
  const mapped: Mapped<To>[] = []
  for (const line of lines) {
    const [, from = '', to = ''] = /^(.*\S)\s*(?:->|→)\s*(\S.*)$/.exec(line.trim()) ?? []
    if (from === '' || from.length > longestText)
      return { problem: { code: 'connectionLine', name: line.trim().slice(0, 64) } }
    const target = targetOf(to)
    if ('problem' in target) return target
    mapped.push({ from, to: target.value })
  }
  return { mapped }
}

function groupOf(text: string): Target<string> {
  const checked = checkGroups(text)
  if ('problem' in checked) return checked
  const [group, ...more] = checked.value
  return group === undefined || more.length > 0
    ? { problem: { code: 'connectionLine', name: text.slice(0, 64) } }
    : { value: group }
}

function roleOf(text: string): Target<(typeof roles)[number]> {
  const role = roles.find((known) => known === text.toLowerCase())
  return role === undefined
    ? { problem: { code: 'connectionRole', name: text.slice(0, 64) } }
    : { value: role }
}
