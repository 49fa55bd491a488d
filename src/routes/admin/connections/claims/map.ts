import { type Claims, readProvided } from '../../../../rules/sign-in/provider-claims.ts'
import type { TypedClaims } from './form.ts'
import type { MappedClaims } from './page.tsx'

/** The meaning of a provider's answer here, by the same rules as at a sign-in. */
export function mapClaims(answer: Claims, { claims, groups, roles }: TypedClaims): MappedClaims {
  const provided = readProvided(answer, claims)
  const has = ({ from }: { readonly from: string }) => provided?.groups?.includes(from) === true
  return {
    provided,
    groups: [...new Set(groups.filter(has).map(({ to }) => to))],
    role: roles.find(has)?.to,
  }
}
