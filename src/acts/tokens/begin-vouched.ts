import { type Scope, unionScope } from '../../rules/requests/scope.ts'
import { noteEvent } from '../../store/audit-events.ts'
import { write } from '../../store/database.ts'
import { putConsent } from '../../store/requests/consents.ts'
import { claimChallenge, type Use, useIsMine } from '../../store/sign-in/used-challenges.ts'
import { and } from '../../store/sql.ts'
import { type AssertedGrant, insertAsserted, isFirst, mayAssert } from '../../store/tokens/assertions.ts'
import { hasAuthorization } from '../../store/tokens/authorizations.ts'
import type { Seconds } from '../../values/time.ts'

/** The host of consents that another server vouched for: nothing was redirected. */
const vouchedHost = 'assertion'

/** An authorization based on an assertion of another server. */
export interface Vouching {
  readonly grant: AssertedGrant
  /** Undefined: the assertion may be used again. */
  readonly once: Use | undefined
  /** The person's earlier consent to the client. */
  readonly consented: Scope
  readonly reference: string
}

/**
 * All or nothing: the single use of the assertion, the connection that the person sees and can remove, its event when it is
 * new, and the authorization. False when the assertion was used before, or somebody was suspended or the trust withdrawn
 * meanwhile.
 */
export async function beginVouched(
  db: D1Database,
  { grant, once, consented, reference }: Vouching,
  now: Seconds,
): Promise<boolean> {
  const { authorizationId, client, userId, issuer, scope } = grant
  const allowed = and(useIsMine(once), mayAssert(grant))
  const consent = { scope, redirectHost: vouchedHost, clientName: client.name, trust: client.trust }
  const agreed = { userId, clientId: client.id, consent, scope: unionScope(consented, scope) }
  const event = {
    id: authorizationId,
    type: 'access_vouched',
    reference,
    userId,
    clientId: client.id,
    detail: issuer,
  } as const
  const { begun } = await write(
    db,
    [
      ...(once === undefined ? [] : [claimChallenge(db, once, once.attemptId)]),
      ...noteEvent(db, event, now, and(allowed, isFirst(grant))),
      ...putConsent(db, agreed, now, allowed),
      insertAsserted(db, grant, now, allowed),
    ],
    { begun: hasAuthorization(db, authorizationId) },
  )
  return begun
}
