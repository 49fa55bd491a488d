import * as z from 'zod/mini'
import { isLoopbackHost } from './rules/clients/origin.ts'
import { plans } from './rules/server/plan.ts'
import { parseKeyRing } from './values/key-ring.ts'
import { languages, parseLanguages } from './values/language.ts'
import { defaultLifetimes, type Seconds } from './values/time.ts'

/** Shown in the error when a variable is invalid. Its description is in the texts, public/messages/admin. */
export interface About {
  readonly example: string
  /** Minimum and maximum, in seconds. */
  readonly range?: readonly [Seconds, Seconds]
  /** Minimum and maximum of a number that is not a duration. */
  readonly numbers?: readonly [number, number]
  /** Never shown, and set with `wrangler secret put`. */
  readonly isSecret?: boolean
}

export const about = z.registry<About>()

const origin = z.string().check(
  z.refine(
    (value) => URL.canParse(value) && new URL(value).origin === value,
    'must be an origin, without a path and without a trailing slash',
  ),
  z.refine(
    (value) => !URL.canParse(value) || isLoopback(value) || value.startsWith('https:'),
    'must use https',
  ),
)

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

const path = z.string().check(
  z.regex(/^(\/[a-z0-9_-]+)+$/, 'must be a path of lower-case letters, without a trailing slash'),
  z.refine(
    (value) => !taken.includes(value.split('/')[1] ?? ''),
    `must not begin with a path that is in use: ${taken.join(', ')}`,
  ),
)

export const mailers = ['off', 'outbox', 'http', 'send_email'] as const
export const signUps = ['off', 'invitation', 'open'] as const
export const factorRules = ['optional', 'administrators', 'everyone'] as const
export const registrants = ['everyone', 'developers'] as const

const day = 86_400

function lifetime(preset: Seconds, least: Seconds, most: Seconds) {
  const seconds = z
    .string()
    .check(
      z.refine(
        (value) => /^[0-9]{1,10}$/.test(value) && Number(value) >= least && Number(value) <= most,
        `must be a whole number of seconds from ${least} to ${most}`,
      ),
    )
  return z._default(seconds, String(preset)).register(about, {
    example: String(preset),
    range: [least, most],
  })
}

function number(preset: number, least: number, most: number) {
  const whole = z
    .string()
    .check(
      z.refine(
        (value) => /^[0-9]{1,12}$/.test(value) && Number(value) >= least && Number(value) <= most,
        `must be a whole number from ${least} to ${most}`,
      ),
    )
  return z
    ._default(whole, String(preset))
    .register(about, { example: String(preset), numbers: [least, most] })
}

/** Comma-separated host names. */
const hosts = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9-]+(\.[a-z0-9-]+)*(\s*,\s*[a-z0-9-]+(\.[a-z0-9-]+)*)*$/,
      'must be host names between commas, in lower case',
    ),
  )

/** How clients may register themselves (RFC 7591). */
export const registrations = ['off', 'token', 'open'] as const

/** Every variable that Latchkey reads. All are texts; an empty one counts as unset. */
export const variables = z.object({
  ISSUER: z.optional(origin).register(about, {
    example: 'https://id.example.com',
  }),
  KEY_ENCRYPTION_SECRET: z
    .string()
    .check(
      z.refine(
        (value) => parseKeyRing(value).every((secret) => secret.length >= 32),
        'must have at least 32 characters; of several between commas, each',
      ),
      z.refine(
        (value) => new Set(parseKeyRing(value)).size === parseKeyRing(value).length,
        'must not name a secret twice',
      ),
      z.refine((value) => parseKeyRing(value).length <= 5, 'must have at most five secrets'),
    )
    .register(about, {
      example: 'the output of: openssl rand -base64 32',
      isSecret: true,
    }),
  OAUTH_PATH: z._default(path, '/o').register(about, {
    example: '/oauth',
  }),
  WORKERS_PLAN: z._default(z.enum(plans, `must be one of ${plans.join(', ')}`), 'free').register(about, {
    example: 'paid',
  }),
  CORS_ALLOW_ALL_ORIGINS: z
    ._default(z.enum(['true', 'false'], 'must be true or false'), 'false')
    .register(about, {
      example: 'true',
    }),
  HSTS_SUBDOMAINS: z._default(z.enum(['true', 'false'], 'must be true or false'), 'false').register(about, {
    example: 'true',
  }),
  MAILER: z.optional(z.enum(mailers, `must be one of ${mailers.join(', ')}`)).register(about, {
    example: 'send_email',
  }),
  MAIL_FROM: z
    .optional(z.string().check(z.regex(/^[^\s@<>]+@[^\s@<>]+$/, 'must be an address')))
    .register(about, {
      example: 'latchkey@example.com',
    }),
  MAIL_API_URL: z.optional(z.string()).register(about, {
    example: 'https://api.resend.com/emails',
  }),
  MAIL_API_TOKEN: z.optional(z.string()).register(about, {
    example: 'the key that the API gave you',
    isSecret: true,
  }),
  SIGN_UP: z._default(z.enum(signUps, `must be one of ${signUps.join(', ')}`), 'off').register(about, {
    example: 'invitation',
  }),
  SIGN_UPS_PER_NETWORK: number(200, 1, 100_000),
  APPLICATIONS: z
    ._default(z.enum(registrants, `must be one of ${registrants.join(', ')}`), 'everyone')
    .register(about, {
      example: 'developers',
    }),
  REGISTRATION: z
    ._default(z.enum(registrations, `must be one of ${registrations.join(', ')}`), 'off')
    .register(about, { example: 'open' }),
  INITIAL_ACCESS_TOKEN: z
    .optional(z.string().check(z.minLength(32, 'must have at least 32 characters')))
    .register(about, { example: 'the output of: openssl rand -base64 32', isSecret: true }),
  REGISTRATION_APPROVAL: z
    ._default(z.enum(['true', 'false'], 'must be true or false'), 'false')
    .register(about, { example: 'true' }),
  REGISTRATIONS_PER_NETWORK: number(50, 1, 100_000),
  CLIENT_METADATA_DOCUMENTS: z
    ._default(z.enum(['on', 'off'], 'must be on or off'), 'on')
    .register(about, { example: 'off' }),
  CLIENT_HOSTS_ALLOWED: z.optional(hosts).register(about, { example: 'claude.ai, vscode.dev' }),
  CLIENT_HOSTS_DENIED: z.optional(hosts).register(about, { example: 'example.com' }),
  APPLICATIONS_PER_PERSON: number(50, 1, 10_000),
  APPLICATION_BYTES_PER_PERSON: number(2_000_000, 100_000, 1_000_000_000),
  SESSIONS_PER_PERSON: number(100, 2, 10_000),
  PASSKEYS_PER_PERSON: number(20, 1, 100),
  AUTHORIZATIONS_PER_APPLICATION: number(200, 10, 10_000),
  CHANGES_PER_DAY: number(1000, 20, 100_000),
  PUSHED_REQUESTS: z
    ._default(z.enum(['optional', 'required'], 'must be optional or required'), 'optional')
    .register(about, { example: 'required' }),
  DPOP_NONCE: z
    ._default(z.enum(['optional', 'required'], 'must be optional or required'), 'optional')
    .register(about, { example: 'required' }),
  SECOND_FACTOR: z
    ._default(z.enum(factorRules, `must be one of ${factorRules.join(', ')}`), 'optional')
    .register(about, {
      example: 'administrators',
    }),
  LANGUAGES: z
    ._default(
      z
        .string()
        .check(
          z.refine(
            (value) => parseLanguages(value) !== undefined,
            `must be languages between commas, of ${languages.join(', ')}`,
          ),
        ),
      languages.join(', '),
    )
    .register(about, { example: 'de, en' }),
  BRAND_NAME: z
    ._default(z.string().check(z.maxLength(40, 'must have at most 40 characters')), 'Latchkey')
    .register(about, { example: 'Example' }),
  BRAND_COLOR: z
    .optional(z.string().check(z.regex(/^#[0-9a-f]{6}$/i, 'must be a colour of six hexadecimal digits')))
    .register(about, { example: '#7a1fa2' }),
  BRAND_LOGO: z
    .optional(
      z.string().check(z.regex(/^(\/[\w-][\w.-]*)+\.(svg|png|webp|jpg)$/, 'must be the path of a picture')),
    )
    .register(about, { example: '/brand.svg' }),
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
})

export type Variables = z.infer<typeof variables>

export function isLoopback(origin: string): boolean {
  return isLoopbackHost(new URL(origin).hostname)
}

/** In wrangler.toml a variable may also be a number or a boolean. An empty one counts as unset. */
export function variableTexts(env: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const texts = Object.keys(variables.shape).flatMap((name) => {
    const value = env[name]
    if (value === undefined || value === '') return []
    return [[name, typeof value === 'number' || typeof value === 'boolean' ? String(value) : value]]
  })
  return Object.fromEntries(texts)
}
