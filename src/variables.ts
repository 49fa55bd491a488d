import { profileNames } from './rules/profile.ts'
import { plans } from './rules/server/plan.ts'
import { parseKeyRing } from './values/key-ring.ts'
import { languages, parseLanguages } from './values/language.ts'
import { isLoopbackHost } from './values/loopback.ts'
import { defaultLifetimes, type Seconds } from './values/time.ts'

/** One variable. Its description is in the texts, public/messages/admin. */
export interface Variable<Value extends string | undefined = string | undefined> {
  /** Shown in the error when it is missing or invalid. */
  readonly example: string
  /** Its value when it is unset. */
  readonly preset: Value
  /** Without it nothing is answered. */
  readonly isRequired?: boolean
  readonly rules: readonly Rule[]
  /** Minimum and maximum, in seconds. */
  readonly range?: readonly [Seconds, Seconds]
  /** Minimum and maximum of a number that is not a duration. */
  readonly numbers?: readonly [number, number]
  /** Never shown, and set with `wrangler secret put`. */
  readonly isSecret?: boolean
}

/** The reason why a value is invalid. Plain functions: sixty zod schemas took two milliseconds of each start. */
type Rule = (value: string) => string | undefined

function rule(isValid: (value: string) => boolean, reason: string): Rule {
  return (value) => (isValid(value) ? undefined : reason)
}

function matches(pattern: RegExp, reason: string): Rule {
  return rule((value) => pattern.test(value), reason)
}

function optional(example: string, ...rules: readonly Rule[]): Variable {
  return { example, preset: undefined, rules }
}

function text(preset: string, example: string, ...rules: readonly Rule[]): Variable<string> {
  return { example, preset, rules }
}

function oneOf<Value extends string, Preset extends Value | undefined>(
  values: readonly Value[],
  preset: Preset,
  example: Value,
): Variable<Value | Preset> {
  const listed = values.length === 2 ? values.join(' or ') : `one of ${values.join(', ')}`
  return {
    example,
    preset,
    rules: [rule((value) => values.some((one) => one === value), `must be ${listed}`)],
  }
}

function wholeNumber(
  preset: number,
  [least, most]: readonly [number, number],
  unit: string,
): Variable<string> {
  const isValid = (value: string) =>
    /^[0-9]{1,12}$/.test(value) && Number(value) >= least && Number(value) <= most
  return text(
    String(preset),
    String(preset),
    rule(isValid, `must be a whole number ${unit}from ${least} to ${most}`),
  )
}

function lifetime(preset: Seconds, ...range: readonly [least: Seconds, most: Seconds]): Variable<string> {
  return { ...wholeNumber(preset, range, 'of seconds '), range }
}

function number(preset: number, ...numbers: readonly [least: number, most: number]): Variable<string> {
  return { ...wholeNumber(preset, numbers, ''), numbers }
}

/** Our own paths: no path of the protocol may be the same. */
const taken = [
  'login',
  'logout',
  'signup',
  'setup',
  'password-reset',
  'account',
  'admin',
  'playground',
  'dev',
]

export const mailers = ['off', 'outbox', 'http', 'send_email'] as const
export const signUps = ['off', 'invitation', 'open'] as const
export const factorRules = ['optional', 'administrators', 'everyone'] as const
export const registrants = ['everyone', 'developers'] as const
/** How clients may register themselves (RFC 7591). */
export const registrations = ['off', 'token', 'open'] as const

const trueOrFalse = ['true', 'false'] as const
const optionalOrRequired = ['optional', 'required'] as const
const generated = 'the output of: openssl rand -base64 32'
const day = 86_400

/** Host names between commas. */
const hosts = matches(
  /^[a-z0-9-]+(\.[a-z0-9-]+)*(\s*,\s*[a-z0-9-]+(\.[a-z0-9-]+)*)*$/,
  'must be host names between commas, in lower case',
)

/** Every variable that Latchkey reads. All are texts; an empty one counts as unset. */
export const variables = {
  ISSUER: optional(
    'https://id.example.com',
    rule(
      (value) => URL.canParse(value) && new URL(value).origin === value,
      'must be an origin, without a path and without a trailing slash',
    ),
    rule(
      (value) => !URL.canParse(value) || isLoopback(value) || value.startsWith('https:'),
      'must use https',
    ),
  ),
  KEY_ENCRYPTION_SECRET: {
    ...text(
      '',
      generated,
      rule(
        (value) => parseKeyRing(value).every((secret) => secret.length >= 32),
        'must have at least 32 characters; of several between commas, each',
      ),
      rule(
        (value) => new Set(parseKeyRing(value)).size === parseKeyRing(value).length,
        'must not name a secret twice',
      ),
      rule((value) => parseKeyRing(value).length <= 5, 'must have at most five secrets'),
    ),
    isRequired: true,
    isSecret: true,
  },
  OAUTH_PATH: text(
    '/o',
    '/oauth',
    matches(/^(\/[a-z0-9_-]+)+$/, 'must be a path of lower-case letters, without a trailing slash'),
    rule(
      (value) => !taken.includes(value.split('/')[1] ?? ''),
      `must not begin with a path that is in use: ${taken.join(', ')}`,
    ),
  ),
  WORKERS_PLAN: oneOf(plans, 'free', 'paid'),
  CORS_ALLOW_ALL_ORIGINS: oneOf(trueOrFalse, 'false', 'true'),
  HSTS_SUBDOMAINS: oneOf(trueOrFalse, 'false', 'true'),
  MAILER: oneOf(mailers, undefined, 'send_email'),
  MAIL_FROM: optional('latchkey@example.com', matches(/^[^\s@<>]+@[^\s@<>]+$/, 'must be an address')),
  MAIL_API_URL: optional('https://api.resend.com/emails'),
  MAIL_API_TOKEN: { ...optional('the key that the API gave you'), isSecret: true },
  SIGN_UP: oneOf(signUps, 'off', 'invitation'),
  SIGN_UPS_PER_NETWORK: number(200, 1, 100_000),
  APPLICATIONS: oneOf(registrants, 'everyone', 'developers'),
  REGISTRATION: oneOf(registrations, 'off', 'open'),
  INITIAL_ACCESS_TOKEN: {
    ...optional(generated, matches(/^.{32}/s, 'must have at least 32 characters')),
    isSecret: true,
  },
  REGISTRATION_APPROVAL: oneOf(trueOrFalse, 'false', 'true'),
  REGISTRATIONS_PER_NETWORK: number(50, 1, 100_000),
  CLIENT_METADATA_DOCUMENTS: oneOf(['on', 'off'], 'on', 'off'),
  CLIENT_HOSTS_ALLOWED: optional('claude.ai, vscode.dev', hosts),
  CLIENT_HOSTS_DENIED: optional('example.com', hosts),
  APPLICATIONS_PER_PERSON: number(50, 1, 10_000),
  APPLICATION_BYTES_PER_PERSON: number(2_000_000, 100_000, 1_000_000_000),
  SESSIONS_PER_PERSON: number(100, 2, 10_000),
  PASSKEYS_PER_PERSON: number(20, 1, 100),
  AUTHORIZATIONS_PER_APPLICATION: number(200, 10, 10_000),
  CHANGES_PER_DAY: number(1000, 20, 100_000),
  PUSHED_REQUESTS: oneOf(optionalOrRequired, 'optional', 'required'),
  LEAST_PROFILE: oneOf(profileNames, 'openid-older', 'fapi-2.0'),
  DPOP_NONCE: oneOf(optionalOrRequired, 'optional', 'required'),
  MTLS_HOST: optional(
    'mtls.id.example.com',
    matches(/^[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/, 'must be a host name, in lower case'),
  ),
  SECOND_FACTOR: oneOf(factorRules, 'optional', 'administrators'),
  LANGUAGES: text(
    languages.join(', '),
    'de, en',
    rule(
      (value) => parseLanguages(value) !== undefined,
      `must be languages between commas, of ${languages.join(', ')}`,
    ),
  ),
  BRAND_NAME: text(
    'Latchkey',
    'Example',
    rule((value) => value.length <= 40, 'must have at most 40 characters'),
    matches(/^[^\p{Cc}\p{Co}]*$/u, 'must have no control or private-use characters'),
  ),
  BRAND_COLOR: optional('#7a1fa2', matches(/^#[0-9a-f]{6}$/i, 'must be a colour of six hexadecimal digits')),
  BRAND_LOGO: optional(
    '/brand.svg',
    matches(/^(\/[\w-][\w.-]*)+\.(svg|png|webp|jpg)$/, 'must be the path of a picture'),
  ),
  CODE_LIFETIME: lifetime(defaultLifetimes.code, 60, 600),
  ACCESS_TOKEN_LIFETIME: lifetime(defaultLifetimes.accessToken, 60, day),
  ID_TOKEN_LIFETIME: lifetime(defaultLifetimes.idToken, 60, day),
  REFRESH_TOKEN_IDLE_LIFETIME: lifetime(defaultLifetimes.refreshIdle, 300, 365 * day),
  REFRESH_TOKEN_LIFETIME: lifetime(defaultLifetimes.refreshAbsolute, 300, 3650 * day),
  SESSION_IDLE_LIFETIME: lifetime(defaultLifetimes.sessionIdle, 600, 365 * day),
  SESSION_LIFETIME: lifetime(defaultLifetimes.sessionAbsolute, 600, 365 * day),
  AUDIT_RETENTION: lifetime(400 * day, day, 3650 * day),
  STAFF_SESSION_LIFETIME: lifetime(defaultLifetimes.staffSession, 600, 365 * day),
  RECOVERY_DELAY: lifetime(defaultLifetimes.recoveryDelay, 3600, 30 * day),
}

export type VariableName = keyof typeof variables
/** The value of each variable. */
export type Variables = { readonly [Name in VariableName]: (typeof variables)[Name]['preset'] }

/** In the order in which they are documented. */
export const variableNames = Object.keys(variables) as readonly VariableName[]

export function isLoopback(origin: string): boolean {
  return isLoopbackHost(new URL(origin).hostname)
}

/** In wrangler.toml a variable may also be a number or a boolean. An empty one counts as unset. */
export function variableTexts(env: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const texts = variableNames.flatMap((name) => {
    const value = env[name]
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
    return text === undefined || text === '' ? [] : [[name, text]]
  })
  return Object.fromEntries(texts)
}

/** The reasons why a value, or its absence, is invalid. */
export function problemsOf(name: VariableName, value: unknown): readonly string[] {
  const { isRequired, rules }: Variable = variables[name]
  if (value === undefined) return isRequired ? ['is missing'] : []
  if (typeof value !== 'string') return ['must be a text']
  return rules.flatMap((check) => check(value) ?? [])
}

/** The valid value of each variable. `texts` has no problems. */
export function valuesOf(texts: Readonly<Record<string, unknown>>): Variables {
  const values = variableNames.map((name) => [name, texts[name] ?? variables[name].preset])
  // Each one is its preset, or has passed the rules of its variable.
  return Object.fromEntries(values) as Variables
}
