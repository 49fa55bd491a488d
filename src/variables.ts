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
const taken = ['login', 'logout', 'signup', 'setup', 'account', 'admin', 'playground']

const path = z.string().check(
  z.regex(/^(\/[a-z0-9_-]+)+$/, 'must be a path of lower-case letters, without a trailing slash'),
  z.refine(
    (value) => !taken.includes(value.split('/')[1] ?? ''),
    `must not begin with a path that is in use: ${taken.join(', ')}`,
  ),
)

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

export function isLoopback(origin: string): boolean {
  return isLoopbackHost(new URL(origin).hostname)
}
