import { parseDomain } from '../people/domain.ts'
import { checkEmail } from '../people/person.ts'
import { type Role, roles } from '../people/role.ts'
import type { ConnectionSettings } from '../sign-in/connection.ts'
import type { Provided } from '../sign-in/provider-claims.ts'

/** The address of a person that counts as confirmed: the provider calls it that, and is believed. */
export function confirmedEmail(
  { email = '', emailVerified }: Provided,
  { believesEmail }: ConnectionSettings,
): string | undefined {
  const checked = checkEmail(email)
  return emailVerified && believesEmail && 'value' in checked ? checked.value : undefined
}

/** Groups that a connection decides about: those that the person gets, and all that it could give. */
export interface MappedGroups {
  readonly given: readonly string[]
  readonly all: readonly string[]
}

/** Undefined when nothing is mapped, or the provider said nothing: then their groups stay. */
export function mappedGroups({ groups }: Provided, settings: ConnectionSettings): MappedGroups | undefined {
  if (groups === undefined || settings.groups.length === 0) return undefined
  const given = settings.groups.filter(({ from }) => groups.includes(from)).map(({ to }) => to)
  return { given: [...new Set(given)], all: [...new Set(settings.groups.map(({ to }) => to))] }
}

/** The role that a connection gives. `instead`: roles that it could have given, and now takes away. */
export interface MappedRole {
  readonly role: Role
  /** Undefined: whatever role they have now. */
  readonly instead: readonly Role[] | undefined
}

/**
 * The highest role of the mapped groups. Without any, a role that the connection could have given is taken away. Undefined as for
 * groups.
 */
export function mappedRole({ groups }: Provided, settings: ConnectionSettings): MappedRole | undefined {
  if (groups === undefined || settings.roles.length === 0) return undefined
  const given = settings.roles.filter(({ from }) => groups.includes(from)).map(({ to }) => to)
  const role = roles.find((one) => given.includes(one))
  return role === undefined
    ? { role: 'user', instead: settings.roles.map(({ to }) => to) }
    : { role, instead: undefined }
}

/** Only the values that are mapped: the others are of no use here, and there may be many. */
export function withoutUnmapped(provided: Provided, { groups, roles }: ConnectionSettings): Provided {
  const mapped = [...groups, ...roles].map(({ from }) => from)
  return { ...provided, groups: provided.groups?.filter((name) => mapped.includes(name)) }
}

/** A username made from what the provider says; '' if that contains no possible one. */
export function suggestUsername({ username, email, name }: Provided): string {
  const source = username ?? email ?? name ?? ''
  return (source.split('@')[0] ?? '')
    .normalize('NFC')
    .trim()
    .replaceAll(/\s+/g, '.')
    .replaceAll(/[^\p{L}\p{M}\p{N}._+-]/gu, '')
    .slice(0, 60)
}

/** Whether an address is in one of the domains; those below them are others. */
export function isInDomains(email: string, domains: readonly string[]): boolean {
  const domain = parseDomain(email.slice(email.lastIndexOf('@') + 1))
  return domain !== undefined && domains.includes(domain)
}
