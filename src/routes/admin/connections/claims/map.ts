import { confirmedEmail, mappedGroups, mappedRole } from '../../../../rules/openid/provider-mapping.ts'
import type { ConnectionSettings } from '../../../../rules/sign-in/connection.ts'
import { type Claims, readProvided } from '../../../../rules/sign-in/provider-claims.ts'
import type { MappedClaims } from './page.tsx'

/** The meaning of a provider's answer here, by the same rules as at a sign-in. */
export function mapClaims(answer: Claims, settings: ConnectionSettings): MappedClaims {
  const provided = readProvided(answer, settings.claims)
  return {
    provided,
    isConfirmed: provided !== undefined && confirmedEmail(provided, settings) !== undefined,
    groups: (provided && mappedGroups(provided, settings)?.given) ?? [],
    role: provided && mappedRole(provided, settings)?.role,
  }
}
