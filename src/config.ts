import * as z from 'zod/mini'
import { isLoopbackHost } from './protocol/origin.ts'
import { defaultLifetimes, type Lifetimes } from './protocol/time.ts'

/** What wrangler.toml binds, and the variables that may be set. */
export interface Bindings {
  readonly DB: D1Database
  readonly CODES: KVNamespace
  readonly [variable: string]: unknown
}

export interface Config {
  /** The origin that everything is issued under. Unset only in development: then the loopback origin of the request. */
  readonly issuer: string | undefined
  readonly oauthPath: string
  readonly corsAllowAllOrigins: boolean
  /** Signing keys are sealed under it. At least 32 characters. */
  readonly keyEncryptionSecret: string
  readonly lifetimes: Lifetimes
}

const issuer = z.string().check(
  z.refine(
    (value) => URL.canParse(value) && new URL(value).origin === value,
    'must be an origin like https://id.example.com, without a trailing slash',
  ),
  z.refine(
    (value) => !URL.canParse(value) || isLoopback(value) || value.startsWith('https:'),
    'must use https',
  ),
)

const variables = z.object({
  ISSUER: z.optional(issuer),
  OAUTH_PATH: z._default(
    z.string().check(z.regex(/^(\/[a-z0-9_-]+)+$/, 'must be a path like /o, without a trailing slash')),
    '/o',
  ),
  CORS_ALLOW_ALL_ORIGINS: z._default(z.enum(['true', 'false']), 'false'),
  KEY_ENCRYPTION_SECRET: z.string().check(z.minLength(32, 'must have at least 32 characters')),
})

/** Variables to settings. Throws, with the name and the reason of each, when one is missing or wrong. */
export function parseConfig(env: Bindings): Config {
  const parsed = variables.safeParse(withoutEmpty(env))
  if (!parsed.success) {
    const reasons = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new ConfigError(reasons.join('; '))
  }
  const { ISSUER, OAUTH_PATH, CORS_ALLOW_ALL_ORIGINS, KEY_ENCRYPTION_SECRET } = parsed.data
  const corsAllowAllOrigins = CORS_ALLOW_ALL_ORIGINS === 'true'
  if (corsAllowAllOrigins && ISSUER !== undefined && !isLoopback(ISSUER)) {
    throw new ConfigError(
      'CORS_ALLOW_ALL_ORIGINS: is for development; remove it where ISSUER is not localhost',
    )
  }
  return {
    issuer: ISSUER,
    oauthPath: OAUTH_PATH,
    corsAllowAllOrigins,
    keyEncryptionSecret: KEY_ENCRYPTION_SECRET,
    lifetimes: defaultLifetimes,
  }
}

export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** The issuer for a request, or undefined when its host is not ours. `Host` never chooses it in production. */
export function issuerFor(config: Config, requestUrl: URL): string | undefined {
  if (config.issuer !== undefined)
    return requestUrl.host === new URL(config.issuer).host ? config.issuer : undefined
  return isLoopbackHost(requestUrl.hostname) ? requestUrl.origin : undefined
}

function isLoopback(origin: string): boolean {
  return isLoopbackHost(new URL(origin).hostname)
}

/** An empty variable means the same as none. */
function withoutEmpty(env: Bindings): Record<string, unknown> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
}
