/** The content of another server's export, in our terms. Each format has a reader that creates it. */
export interface Export {
  readonly people: readonly ImportedPerson[]
  readonly applications: readonly ImportedApplication[]
  readonly consents: readonly ImportedConsent[]
  readonly leftOut: readonly LeftOut[]
}

export interface ImportedPerson {
  /** The name that consents in the same file use. */
  readonly ref: string
  /** The id that applications know (`sub`). It is kept. */
  readonly id: string
  readonly username: string
  readonly email: string | undefined
  readonly isEmailProven: boolean
  /** In the format of the other server. Undefined: they have none. */
  readonly password: string | undefined
  /** Unix seconds. */
  readonly createdAt: number | undefined
  readonly isSuspended: boolean
  /** Claims of OIDC Core §5.1. Invalid ones are left out. */
  readonly claims: Readonly<Record<string, string | undefined>>
  readonly groups: readonly string[]
}

export interface ImportedApplication {
  readonly ref: string
  /** `client_id`. It is kept. */
  readonly id: string
  readonly name: string
  readonly isPublic: boolean
  readonly grantTypes: readonly ('authorization-code' | 'client-credentials' | 'device-code')[]
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  readonly allowedOrigins: readonly string[]
}

export interface ImportedConsent {
  readonly person: string
  readonly application: string
  readonly scopes: readonly string[]
}

/** Something that is not imported, or not completely. */
export interface LeftOut {
  readonly what: string
  readonly why: string
}

/** An untrusted JSON object: every value is checked before use. */
export type Foreign = Readonly<Record<string, unknown>>

export function isForeign(value: unknown): value is Foreign {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function objectsOf(value: unknown): readonly Foreign[] {
  return Array.isArray(value) ? value.filter(isForeign) : []
}

/** A text that is not empty. Numbers, such as primary keys, count as text. */
export function textOf(record: Foreign | undefined, name: string): string | undefined {
  const value = record?.[name]
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string' && one !== '') : []
}

/** Words separated by white space. */
export function wordsOf(record: Foreign | undefined, name: string): readonly string[] {
  return (textOf(record, name) ?? '').split(/\s+/).filter((word) => word !== '')
}

/** Unix seconds of an ISO 8601 date, or of milliseconds since 1970. */
export function secondsOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : typeof value === 'number' ? value : Number.NaN
  return Number.isFinite(time) ? Math.floor(time / 1000) : undefined
}
