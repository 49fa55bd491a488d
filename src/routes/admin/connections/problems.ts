import type { ConnectionConflicts } from '../../../acts/sign-in/connections.ts'
import { isAppleKey } from '../../../secrets/sign-in/apple-key.ts'
import type { HomeDomain } from '../../../store/sign-in/connection-changes.ts'
import type { Problem } from '../../../ui/forms/fields.tsx'
import { fillText } from '../../../ui/words/fill.tsx'
import type { Texts } from '../../../ui/words/messages/index.ts'
import type { NamedProblem } from '../../../values/problem.ts'
import { secretProblem } from './form.ts'

/** Of Apple's key also whether it can be used. */
export async function findSecretProblem(
  secret: string,
  method: Parameters<typeof secretProblem>[1],
): Promise<NamedProblem | undefined> {
  const problem = secretProblem(secret, method)
  if (problem !== undefined || method !== 'apple') return problem
  return (await isAppleKey(secret)) ? undefined : { code: 'connectionKey' }
}

/** The problems of a connection that the database refuses. */
export function conflictProblems(
  t: Texts['connections']['form'],
  { isTaken, isFull, isOutdated, losesPeople, takenDomains }: ConnectionConflicts,
  domains: readonly HomeDomain[],
): readonly Problem[] {
  const fieldOf = (domain: string) =>
    domains.some((one) => one.domain === domain && one.enforced) ? 'enforced_domains' : 'domains'
  return [
    ...(isTaken ? [{ field: 'id', text: t.taken }] : []),
    ...(isFull ? [{ field: 'name', text: t.full }] : []),
    ...(isOutdated ? [{ field: 'name', text: t.outdated }] : []),
    ...(losesPeople ? [{ field: 'user_endpoint', text: t.losesPeople }] : []),
    ...takenDomains.map((domain) => ({ field: fieldOf(domain), text: fillText(t.domainTaken, { domain }) })),
  ]
}
