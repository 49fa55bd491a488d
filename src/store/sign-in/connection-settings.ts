import * as z from 'zod/mini'
import { roles } from '../../rules/people/role.ts'
import { type ConnectionSettings, defaultSettings, signUpRules } from '../../rules/sign-in/connection.ts'
import { once } from '../../values/once.ts'

/** Members that this release does not know are left out; a missing one has its default. */
const stored = once(() => {
  const mapped = <T extends z.ZodMiniType>(to: T) => z.optional(z.array(z.object({ from: z.string(), to })))
  const text = () => z.optional(z.string())
  return z.object({
    endpoints: z.optional(
      z.object({ authorization: z.string(), token: z.string(), user: z.string(), emails: text() }),
    ),
    auth: z.optional(
      z.object({
        method: z.enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'apple']),
        teamId: text(),
        keyId: text(),
      }),
    ),
    scope: text(),
    claims: z.optional(
      z.object({
        subject: text(),
        username: text(),
        name: text(),
        email: text(),
        emailVerified: text(),
        groups: text(),
      }),
    ),
    signUp: z.optional(z.enum(signUpRules)),
    signUpDomains: z.optional(z.array(z.string())),
    believesEmail: z.optional(z.boolean()),
    believesAcr: z.optional(z.boolean()),
    groups: mapped(z.string()),
    roles: mapped(z.enum(roles)),
  })
})

/** JSON, for one column. */
export function formatSettings(settings: ConnectionSettings): string {
  return JSON.stringify(settings)
}

export function parseSettings(text: string): ConnectionSettings {
  const value = stored().parse(JSON.parse(text))
  const { endpoints, auth, claims } = value
  const { method = defaultSettings.auth.method, teamId = '', keyId = '' } = auth ?? {}
  const usual = defaultSettings.claims
  return {
    endpoints: endpoints && { ...endpoints, emails: endpoints.emails },
    auth: method === 'apple' ? { method, teamId, keyId } : { method },
    scope: value.scope ?? defaultSettings.scope,
    claims: {
      subject: claims?.subject ?? usual.subject,
      username: claims?.username ?? usual.username,
      name: claims?.name ?? usual.name,
      email: claims?.email ?? usual.email,
      // As JSON leaves them out: the provider does not say.
      emailVerified: claims === undefined ? usual.emailVerified : claims.emailVerified,
      groups: claims === undefined ? usual.groups : claims.groups,
    },
    signUp: value.signUp ?? defaultSettings.signUp,
    signUpDomains: value.signUpDomains ?? [],
    believesEmail: value.believesEmail ?? false,
    believesAcr: value.believesAcr ?? false,
    groups: value.groups ?? [],
    roles: value.roles ?? [],
  }
}
