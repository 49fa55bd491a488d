import { isLoopbackHost } from './protocol/origin.ts'
import { defaultLifetimes, type Lifetimes } from './protocol/time.ts'
import { about, isLoopback, type Variables, variables } from './variables.ts'

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

/** Variables to settings. Throws, with name, reason and example of each, when any is missing or wrong. */
export function parseConfig(env: Readonly<Record<string, unknown>>): Config {
  const given = textsOf(env)
  const parsed = variables.safeParse(given)
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path: [name], message }) => {
      const variable = String(name) as keyof Variables
      return problem(variable, variable in given ? message : 'is missing')
    })
    throw new ConfigError(problems.join('; '))
  }
  const problems = contradictions(parsed.data)
  if (problems.length > 0) throw new ConfigError(problems.join('; '))
  return {
    issuer: parsed.data.ISSUER,
    oauthPath: parsed.data.OAUTH_PATH,
    corsAllowAllOrigins: parsed.data.CORS_ALLOW_ALL_ORIGINS === 'true',
    keyEncryptionSecret: parsed.data.KEY_ENCRYPTION_SECRET,
    lifetimes: lifetimesOf(parsed.data),
  }
}

export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** What each is fine by itself, and both together are not. */
function contradictions(values: Variables): readonly string[] {
  const { refreshIdle, refreshAbsolute, sessionIdle, sessionAbsolute } = lifetimesOf(values)
  const { ISSUER, CORS_ALLOW_ALL_ORIGINS } = values
  const open = CORS_ALLOW_ALL_ORIGINS === 'true' && ISSUER !== undefined && !isLoopback(ISSUER)
  return [
    ...(open ? ['CORS_ALLOW_ALL_ORIGINS is for development: remove it where ISSUER is not localhost'] : []),
    ...(refreshIdle > refreshAbsolute
      ? ['REFRESH_TOKEN_IDLE_LIFETIME must not be longer than REFRESH_TOKEN_LIFETIME']
      : []),
    ...(sessionIdle > sessionAbsolute
      ? ['SESSION_IDLE_LIFETIME must not be longer than SESSION_LIFETIME']
      : []),
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
  }
}

/** Never the value: it may be a secret. */
function problem(name: keyof Variables, reason: string): string {
  const { example, isSecret } = about.get(variables.shape[name]) ?? { example: '' }
  return `${name} ${reason}, for example ${isSecret ? example : `${name}=${example}`}`
}

/** In wrangler.toml a variable may be a number or a boolean too. An empty one is the same as none. */
function textsOf(env: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const texts = Object.keys(variables.shape).flatMap((name) => {
    const value = env[name]
    if (value === undefined || value === '') return []
    return [[name, typeof value === 'number' || typeof value === 'boolean' ? String(value) : value]]
  })
  return Object.fromEntries(texts)
}

/** The issuer for a request, or undefined when its host is not ours. `Host` never chooses it in production. */
export function issuerFor(config: Config, requestUrl: URL): string | undefined {
  if (config.issuer !== undefined)
    return requestUrl.host === new URL(config.issuer).host ? config.issuer : undefined
  return isLoopbackHost(requestUrl.hostname) ? requestUrl.origin : undefined
}
