import { callProblem } from './rules/callable-url.ts'
import type { DocumentHosts } from './rules/clients/metadata-document.ts'
import type { Quotas } from './rules/clients/size.ts'
import type { ProfileName } from './rules/profile.ts'
import type { Plan } from './rules/server/plan.ts'
import type { Brand } from './values/brand.ts'
import { type KeyRing, parseKeyRing } from './values/key-ring.ts'
import { languages, type Offered, parseLanguages } from './values/language.ts'
import { defaultLifetimes, type Lifetimes, type Seconds } from './values/time.ts'
import {
  type factorRules,
  isLoopback,
  type mailers,
  problemsOf,
  type registrants,
  type registrations,
  type signUps,
  type Variable,
  type VariableName,
  type Variables,
  valuesOf,
  variableNames,
  variables,
  variableTexts,
} from './variables.ts'

/** The bindings of wrangler.toml, and the variables that may be set. */
export interface Bindings {
  readonly DB: D1Database
  readonly CODES: KVNamespace
  /** public/, read here for the texts of the languages. */
  readonly ASSETS: Fetcher
  /** Cloudflare's Email Service, for MAILER=send_email. */
  readonly EMAIL?: SendEmail
  /** Receives events of the audit log before they are deleted for their age. */
  readonly AUDIT_ARCHIVE?: R2Bucket
  readonly [variable: string]: unknown
}

export interface Config {
  /** The origin of everything that is issued. Unset only in development: then it is the loopback origin of the request. */
  readonly issuer: string | undefined
  readonly oauthPath: string
  /** The Cloudflare plan, which limits this Worker. */
  readonly plan: Plan
  readonly corsAllowAllOrigins: boolean
  /** Whether Strict-Transport-Security includes the subdomains of the issuer. */
  readonly hstsSubdomains: boolean
  /** The first secret of the key ring, used for everything new. At least 32 characters. */
  readonly keyEncryptionSecret: string
  /** Every secret that existing values may have been made with. */
  readonly keyRing: KeyRing
  readonly lifetimes: Lifetimes
  /** How long events of the audit log are kept. */
  readonly auditRetention: Seconds
  readonly mail: MailSettings
  /** The people who may create an account. */
  readonly signUp: (typeof signUps)[number]
  /** Accounts that one network may create per day, without invitations. */
  readonly signUpsPerNetwork: number
  readonly brand: Brand
  /** Languages of the pages. */
  readonly languages: Offered
  /** Whether every client must push its authorization requests. */
  readonly pushedOnly: boolean
  /** The profile whose rules hold for every client, besides those of its own. */
  readonly leastProfile: ProfileName
  /** Whether every DPoP proof needs one of our nonces. */
  readonly dpopNonce: boolean
  /** The host where the edge asks for client certificates (RFC 8705 §5). */
  readonly mtlsHost: string | undefined
  /** The people who need a second factor. */
  readonly secondFactor: (typeof factorRules)[number]
  /** Limits per person. */
  readonly quotas: Quotas
  /** The people who may register applications. */
  readonly applications: (typeof registrants)[number]
  /** How clients may register themselves (RFC 7591). */
  readonly registration: RegistrationSettings
}

export interface RegistrationSettings {
  readonly mode: (typeof registrations)[number]
  /** RFC 7591 §3; empty unless the mode is `token`. */
  readonly initialAccessToken: string
  /** Whether an administrator must approve each client before it may be used. */
  readonly approval: boolean
  /** Registrations from one network per day. */
  readonly mostOfNetwork: number
  /** Hosts whose metadata documents describe clients; undefined: none. */
  readonly documents: DocumentHosts | undefined
}

/** How mails are sent. With `off` nothing that needs one is offered. Settings that a mailer does not need are empty. */
export interface MailSettings {
  readonly mailer: (typeof mailers)[number]
  readonly from: string
  readonly apiUrl: string
  readonly apiToken: string
}

/** Parses the variables. Throws with name, reason and example of each variable that is missing or wrong. */
export function parseConfig(env: Readonly<Record<string, unknown>>): Config {
  const given = variableTexts(env)
  const invalid = variableNames.flatMap((name) =>
    problemsOf(name, given[name]).map((reason) => problem(name, reason)),
  )
  if (invalid.length > 0) throw new ConfigError(invalid.join('; '))
  const values = valuesOf(given)
  const problems = [...contradictions(values), ...missingForMail(values, env.EMAIL)]
  if (problems.length > 0) throw new ConfigError(problems.join('; '))
  return {
    issuer: values.ISSUER,
    oauthPath: values.OAUTH_PATH,
    plan: values.WORKERS_PLAN,
    corsAllowAllOrigins: values.CORS_ALLOW_ALL_ORIGINS === 'true',
    hstsSubdomains: values.HSTS_SUBDOMAINS === 'true',
    keyEncryptionSecret: parseKeyRing(values.KEY_ENCRYPTION_SECRET)[0],
    keyRing: parseKeyRing(values.KEY_ENCRYPTION_SECRET),
    lifetimes: lifetimesOf(values),
    auditRetention: Number(values.AUDIT_RETENTION),
    mail: mailSettingsOf(values),
    signUp: values.SIGN_UP,
    signUpsPerNetwork: Number(values.SIGN_UPS_PER_NETWORK),
    // The variable was checked by the same rule.
    languages: parseLanguages(values.LANGUAGES) ?? languages,
    brand: { name: values.BRAND_NAME, color: values.BRAND_COLOR, logo: values.BRAND_LOGO },
    applications: values.APPLICATIONS,
    registration: {
      mode: values.REGISTRATION,
      initialAccessToken: values.INITIAL_ACCESS_TOKEN ?? '',
      approval: values.REGISTRATION_APPROVAL === 'true',
      mostOfNetwork: Number(values.REGISTRATIONS_PER_NETWORK),
      documents:
        values.CLIENT_METADATA_DOCUMENTS === 'on'
          ? {
              allowed: hostsOf(values.CLIENT_HOSTS_ALLOWED),
              denied: hostsOf(values.CLIENT_HOSTS_DENIED),
            }
          : undefined,
    },
    quotas: {
      applications: Number(values.APPLICATIONS_PER_PERSON),
      applicationBytes: Number(values.APPLICATION_BYTES_PER_PERSON),
      sessions: Number(values.SESSIONS_PER_PERSON),
      passkeys: Number(values.PASSKEYS_PER_PERSON),
      authorizations: Number(values.AUTHORIZATIONS_PER_APPLICATION),
      changes: Number(values.CHANGES_PER_DAY),
    },
    pushedOnly: values.PUSHED_REQUESTS === 'required',
    leastProfile: values.LEAST_PROFILE,
    dpopNonce: values.DPOP_NONCE === 'required',
    mtlsHost: values.MTLS_HOST,
    secondFactor: values.SECOND_FACTOR,
  }
}

function hostsOf(list: string | undefined): readonly string[] {
  return list === undefined ? [] : list.split(',').map((host) => host.trim())
}

export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** Settings that are valid alone, but not together. */
function contradictions(values: Variables): readonly string[] {
  const { refreshIdle, refreshAbsolute, sessionIdle, sessionAbsolute } = lifetimesOf(values)
  const { ISSUER, CORS_ALLOW_ALL_ORIGINS, REGISTRATION, INITIAL_ACCESS_TOKEN, MTLS_HOST } = values
  const open = CORS_ALLOW_ALL_ORIGINS === 'true' && ISSUER !== undefined && !isLoopback(ISSUER)
  return [
    ...(REGISTRATION === 'token' && INITIAL_ACCESS_TOKEN === undefined
      ? ['INITIAL_ACCESS_TOKEN is missing: REGISTRATION=token needs it']
      : []),
    ...(ISSUER !== undefined && new URL(ISSUER).host === MTLS_HOST
      ? ['MTLS_HOST must be another host than that of ISSUER: browsers would be asked for certificates there']
      : []),
    ...(open ? ['CORS_ALLOW_ALL_ORIGINS is for development: remove it where ISSUER is not localhost'] : []),
    ...(refreshIdle > refreshAbsolute
      ? ['REFRESH_TOKEN_IDLE_LIFETIME must not be longer than REFRESH_TOKEN_LIFETIME']
      : []),
    ...(sessionIdle > sessionAbsolute
      ? ['SESSION_IDLE_LIFETIME must not be longer than SESSION_LIFETIME']
      : []),
  ]
}

/** In development mails are kept and shown; elsewhere none is sent until a mailer is configured. */
function mailSettingsOf(values: Variables): MailSettings {
  const { ISSUER, MAIL_FROM, MAIL_API_URL, MAIL_API_TOKEN } = values
  const mailer = values.MAILER ?? (ISSUER === undefined || isLoopback(ISSUER) ? 'outbox' : 'off')
  return { mailer, from: MAIL_FROM ?? '', apiUrl: MAIL_API_URL ?? '', apiToken: MAIL_API_TOKEN ?? '' }
}

function missingForMail(values: Variables, binding: unknown): readonly string[] {
  const { ISSUER, MAILER, MAIL_API_URL } = values
  const needs = { send_email: ['MAIL_FROM'], http: ['MAIL_FROM', 'MAIL_API_URL', 'MAIL_API_TOKEN'] } as const
  const needed = MAILER === 'send_email' || MAILER === 'http' ? needs[MAILER] : []
  const missing = needed.filter((name) => values[name] === undefined)
  const open = MAILER === 'outbox' && ISSUER !== undefined && !isLoopback(ISSUER)
  return [
    ...missing.map((name) => problem(name, `is needed for MAILER=${MAILER}`)),
    ...(MAIL_API_URL !== undefined && callProblem(MAIL_API_URL, ISSUER ?? 'http://localhost') !== undefined
      ? [
          problem(
            'MAIL_API_URL',
            'must be an https URL with a public host name (or, in development, localhost)',
          ),
        ]
      : []),
    ...(MAILER === 'send_email' && binding === undefined
      ? ['MAILER=send_email needs the binding EMAIL: add [[send_email]] with name = "EMAIL" to wrangler.toml']
      : []),
    ...(open ? ['MAILER=outbox shows every mail to everybody: it is for development on localhost'] : []),
  ]
}

function lifetimesOf(values: Variables): Lifetimes {
  return {
    ...defaultLifetimes,
    code: Number(values.CODE_LIFETIME),
    accessToken: Number(values.ACCESS_TOKEN_LIFETIME),
    idToken: Number(values.ID_TOKEN_LIFETIME),
    refreshIdle: Number(values.REFRESH_TOKEN_IDLE_LIFETIME),
    refreshAbsolute: Number(values.REFRESH_TOKEN_LIFETIME),
    sessionIdle: Number(values.SESSION_IDLE_LIFETIME),
    sessionAbsolute: Number(values.SESSION_LIFETIME),
    staffSession: Number(values.STAFF_SESSION_LIFETIME),
    recoveryDelay: Number(values.RECOVERY_DELAY),
  }
}

/** Never contains the value: it may be a secret. */
function problem(name: VariableName, reason: string): string {
  const { example, isSecret }: Variable = variables[name]
  return `${name} ${reason}, for example ${isSecret ? example : `${name}=${example}`}`
}
