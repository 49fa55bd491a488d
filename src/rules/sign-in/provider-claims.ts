import { isObject } from '../../values/json.ts'
import type { ClaimNames } from './connection.ts'

/** The claims of a provider about a person, as they came. */
export type Claims = Readonly<Record<string, unknown>>

/** A person, as their provider describes them. */
export interface Provided {
  /** Its identifier of the person: the only part that identifies them. */
  readonly subject: string
  readonly username: string | undefined
  readonly name: string | undefined
  readonly email: string | undefined
  /** Whether the provider calls the address confirmed. Whether that is believed is a setting. */
  readonly emailVerified: boolean
  /** Undefined when the provider said nothing about groups. */
  readonly groups: readonly string[] | undefined
}

/** In characters (OIDC Core §2 allows 255 for `sub`). */
const longest = 255
const mostGroups = 500

/** Undefined without a usable subject. */
export function readProvided(claims: Claims, names: ClaimNames): Provided | undefined {
  const subject = idOf(claimAt(claims, names.subject))
  if (subject === undefined) return undefined
  const verified = names.emailVerified === undefined ? false : claimAt(claims, names.emailVerified)
  return {
    subject,
    username: textOf(claimAt(claims, names.username)),
    name: textOf(claimAt(claims, names.name)),
    email: textOf(claimAt(claims, names.email)),
    // Apple and others send it as text.
    emailVerified: verified === true || verified === 'true',
    groups: names.groups === undefined ? undefined : groupsOf(claimAt(claims, names.groups)),
  }
}

/** A member of that whole name, or the path that it describes: names of claims may be URLs. */
function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  return path
    .split('.')
    .reduce<unknown>(
      (value, member) => (isObject(value) && Object.hasOwn(value, member) ? value[member] : undefined),
      claims,
    )
}

/** Plain OAuth 2 providers use numbers. Half of a surrogate pair is no text: the database would return another one. */
function idOf(value: unknown): string | undefined {
  const id = Number.isSafeInteger(value) ? String(value) : value
  return typeof id === 'string' && id !== '' && id.length <= longest && !/[\p{Cc}\p{Cs}]/u.test(id)
    ? id
    : undefined
}

function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.replaceAll(/[\p{Cc}\p{Cs}]/gu, ' ').trim()
  return text === '' || text.length > longest ? undefined : text
}

function groupsOf(value: unknown): readonly string[] | undefined {
  const list = typeof value === 'string' ? [value] : value
  if (!Array.isArray(list)) return undefined
  return list.filter((one): one is string => typeof one === 'string').slice(0, mostGroups)
}

/** The name by which people recognise an account at a provider. */
export function labelOf({ email, username, name, subject }: Provided): string {
  return (email ?? username ?? name ?? subject).slice(0, 100)
}

/**
 * The claims for an administrator's eyes: without values that protect the exchange, without tokens, and not as deep as a provider
 * could send them, which nobody reads, and which is long once it is indented.
 */
export function shownClaims(claims: Claims): Claims {
  return Object.fromEntries(
    Object.entries(claims)
      .filter(([name]) => !/^(nonce|[acs]_hash)$|token|secret/i.test(name))
      .map(([name, value]) => [name, downTo(deepest, value)]),
  )
}

const deepest = 8

function downTo(levels: number, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (levels === 0) return '…'
  return Array.isArray(value)
    ? value.map((one) => downTo(levels - 1, one))
    : Object.fromEntries(Object.entries(value).map(([name, one]) => [name, downTo(levels - 1, one)]))
}
