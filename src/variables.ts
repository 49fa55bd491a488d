import * as z from 'zod/mini'
import { isLoopbackHost } from './protocol/origin.ts'
import { defaultLifetimes, type Seconds } from './protocol/time.ts'

/** What people are told of a variable: in the error when it is wrong, and in docs/configuration.md. */
export interface About {
  readonly meaning: string
  readonly example: string
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

/** Paths of ours: nothing of the protocol may stand in their way. */
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

function lifetime(preset: Seconds, least: Seconds, most: Seconds, meaning: string) {
  const seconds = z
    .string()
    .check(
      z.refine(
        (value) => /^[0-9]{1,10}$/.test(value) && Number(value) >= least && Number(value) <= most,
        `must be a whole number of seconds from ${least} to ${most}`,
      ),
    )
  return z._default(seconds, String(preset)).register(about, {
    meaning: `${meaning} In seconds, ${least} to ${most}.`,
    example: String(preset),
  })
}

/** Every variable that Latchkey reads. All are texts; an empty one is the same as none. */
export const variables = z.object({
  ISSUER: z.optional(origin).register(about, {
    meaning:
      'The origin that everything is issued under: it stands in every token, and clients compare it to the letter. Requests to any other host are refused. Unset, the origin of the request serves, which only localhost may be: in production it must be set.',
    example: 'https://id.example.com',
  }),
  KEY_ENCRYPTION_SECRET: z
    .string()
    .check(z.minLength(32, 'must have at least 32 characters'))
    .register(about, {
      meaning:
        'Signing keys and authenticator keys are encrypted under it, and pairwise subjects are made with it. At least 32 characters, random. Whoever changes it loses them: keep a copy.',
      example: 'the output of: openssl rand -base64 32',
      isSecret: true,
    }),
  OAUTH_PATH: z._default(path, '/o').register(about, {
    meaning:
      'Where the endpoints of the protocol are: `/o/authorize`, `/o/token`, `/o/applications` and so on.',
    example: '/oauth',
  }),
  CORS_ALLOW_ALL_ORIGINS: z
    ._default(z.enum(['true', 'false'], 'must be true or false'), 'false')
    .register(about, {
      meaning:
        'Lets the scripts of any web page call the token endpoint, not only those of registered origins. For development: refused when `ISSUER` is not localhost.',
      example: 'true',
    }),
  MAILER: z.optional(z.enum(mailers, `must be one of ${mailers.join(', ')}`)).register(about, {
    meaning:
      'How mails leave: `send_email`, by the binding `EMAIL` of Cloudflare’s Email Service; `http`, by an API that takes JSON with `from`, `to`, `subject`, `text` and `html`; `outbox`, not at all: they are shown on `/dev/outbox`, which is for development. With `off` nothing that needs a mail is offered. Unset, it is `outbox` where `ISSUER` is localhost, and otherwise `off`.',
    example: 'send_email',
  }),
  MAIL_FROM: z
    .optional(z.string().check(z.regex(/^[^\s@<>]+@[^\s@<>]+$/, 'must be an address')))
    .register(about, {
      meaning: 'The address that mails come from. Needed for `send_email` and `http`.',
      example: 'latchkey@example.com',
    }),
  MAIL_API_URL: z.optional(z.string().check(z.refine(isSafeUrl, 'must be an https URL'))).register(about, {
    meaning: 'Where mails are posted to. Needed for `http`.',
    example: 'https://api.resend.com/emails',
  }),
  MAIL_API_TOKEN: z.optional(z.string()).register(about, {
    meaning: 'The bearer token of the mail API. Needed for `http`.',
    example: 'the key that the API gave you',
    isSecret: true,
  }),
  SIGN_UP: z._default(z.enum(signUps, `must be one of ${signUps.join(', ')}`), 'off').register(about, {
    meaning:
      'Who may create an account: nobody (`off`), whoever an administrator invites (`invitation`), or everybody (`open`).',
    example: 'invitation',
  }),
  APPLICATIONS: z
    ._default(z.enum(registrants, `must be one of ${registrants.join(', ')}`), 'everyone')
    .register(about, {
      meaning:
        'Who may register applications: everybody who can sign in (`everyone`), or only people with the role developer or administrator (`developers`). Whoever owns one already keeps it.',
      example: 'developers',
    }),
  SECOND_FACTOR: z
    ._default(z.enum(factorRules, `must be one of ${factorRules.join(', ')}`), 'optional')
    .register(about, {
      meaning:
        'Who needs a second factor, an authenticator app or a passkey: whoever wants one (`optional`), administrators and support (`administrators`), or everybody (`everyone`). Somebody who has none sets one up at their next step. An application can ask for one whatever this says.',
      example: 'administrators',
    }),
  CODE_LIFETIME: lifetime(
    defaultLifetimes.code,
    60,
    600,
    'How long an authorization code is good. RFC 6749 §4.1.2 allows ten minutes; KV keeps nothing for less than one.',
  ),
  ACCESS_TOKEN_LIFETIME: lifetime(
    defaultLifetimes.accessToken,
    60,
    day,
    'How long an access token is good, unless the application or the API says otherwise. An API that only verifies the signature accepts it until then, whatever was revoked.',
  ),
  ID_TOKEN_LIFETIME: lifetime(defaultLifetimes.idToken, 60, day, 'How long an ID token is good.'),
  REFRESH_TOKEN_IDLE_LIFETIME: lifetime(
    defaultLifetimes.refreshIdle,
    300,
    365 * day,
    'A refresh token that is not used for so long is dead.',
  ),
  REFRESH_TOKEN_LIFETIME: lifetime(
    defaultLifetimes.refreshAbsolute,
    300,
    3650 * day,
    'However often it refreshes, an authorization ends after this, and the person is asked again.',
  ),
  SESSION_IDLE_LIFETIME: lifetime(
    defaultLifetimes.sessionIdle,
    600,
    365 * day,
    'Somebody who does nothing for so long is signed out. Use is noted every five minutes.',
  ),
  SESSION_LIFETIME: lifetime(
    defaultLifetimes.sessionAbsolute,
    600,
    365 * day,
    'Everybody signs in again after this.',
  ),
})

export type Variables = z.infer<typeof variables>

function isSafeUrl(url: string): boolean {
  return URL.canParse(url) && (url.startsWith('https:') || isLoopback(url))
}

export function isLoopback(origin: string): boolean {
  return isLoopbackHost(new URL(origin).hostname)
}
