/** What an export of another server holds, in the words of ours. Each reader of a format makes one. */
export interface Export {
  readonly people: readonly ImportedPerson[]
  readonly applications: readonly ImportedApplication[]
  readonly consents: readonly ImportedConsent[]
  readonly leftOut: readonly LeftOut[]
}

export interface ImportedPerson {
  /** As the consents of the same file name them. */
  readonly ref: string
  /** What applications know them by (`sub`). It is kept. */
  readonly id: string
  readonly username: string
  readonly email: string | undefined
  readonly isEmailProven: boolean
  /** As the other server wrote it. Undefined: they have none. */
  readonly password: string | undefined
  /** Unix seconds. */
  readonly createdAt: number | undefined
  readonly isSuspended: boolean
  /** Claims of OIDC Core §5.1. Those that break its rules are left out. */
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

/** One thing that is not carried over, or not as it was. */
export interface LeftOut {
  readonly what: string
  readonly why: string
}

/** A JSON object of somebody else's: nothing of it is believed before it was looked at. */
export type Foreign = Readonly<Record<string, unknown>>

export function isForeign(value: unknown): value is Foreign {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function objectsOf(value: unknown): readonly Foreign[] {
  return Array.isArray(value) ? value.filter(isForeign) : []
}

/** A text that is not empty. Numbers, as primary keys are, count as text. */
export function textOf(record: Foreign | undefined, name: string): string | undefined {
  const value = record?.[name]
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string' && one !== '') : []
}

/** Words between white space. */
export function wordsOf(record: Foreign | undefined, name: string): readonly string[] {
  return (textOf(record, name) ?? '').split(/\s+/).filter((word) => word !== '')
}

/** Unix seconds of an ISO 8601 date, or of milliseconds since 1970. */
export function secondsOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : typeof value === 'number' ? value : Number.NaN
  return Number.isFinite(time) ? Math.floor(time / 1000) : undefined
}
