import type { Context } from '../../http/context.ts'
import { type Client, lifetimesFor } from '../../rules/clients/client.ts'
import type { ClaimsSubject } from '../../rules/openid/user-claims.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { type Resource, resolveTarget, type Target } from '../../rules/requests/resource.ts'
import type { CodeGrant } from '../../rules/tokens/authorization.ts'
import { checkCode } from '../../rules/tokens/check-code.ts'
import { firstRefreshSecret, formatRefreshToken } from '../../secrets/refresh-token.ts'
import { hashSecret, randomText, readSecret } from '../../secrets/secret.ts'
import { insertAuditEvent } from '../../store/audit-events.ts'
import { combined, read, write } from '../../store/database.ts'
import { findClaimsSubjectOfCode } from '../../store/people/profiles.ts'
import { findResourcesOfCode } from '../../store/requests/resources.ts'
import { endAuthorization, findCodeGrant } from '../../store/tokens/authorizations.ts'
import {
  type ClaimOutcome,
  claimCode,
  type FirstRefreshToken,
  findClaimOutcome,
  hasClaimedCode,
  takeOverCode,
} from '../../store/tokens/code-claims.ts'
import { findCodeCopy } from '../../store/tokens/code-copies.ts'
import { isUnanswered, noteUnanswered } from '../../store/tokens/unanswered-claims.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Grant, GrantRequest, TokenResponse } from './grant.ts'
import { issueForUser, loadSigners } from './issue-tokens.ts'
import { issuedWrites } from './note-outcome.ts'

/** RFC 6749 §4.1.3. */
export const authorizationCode: Grant = (c, request) => {
  const presented = request.parameters.get('code')
  if (presented === undefined) return refuse('invalid_request', 'code is missing')
  const code = readSecret('code', presented)
  if (code === undefined) return combined({}, () => async () => invalid('It has not the form of a code'))
  const hash = hashSecret(code)
  // KV is asked while D1 reads the client. A miss is not an error: D1 knows the code too.
  const copy = findCodeCopy(c.env.CODES, hash)
  const queries = {
    living: findResourcesOfCode(c.env.DB, hash),
    person: findClaimsSubjectOfCode(c.env.DB, hash),
  }
  return combined(queries, ({ living, person }) => async ({ client }) => {
    const grant = (await copy) ?? (await read(c.env.DB, { grant: findCodeGrant(c.env.DB, hash) })).grant
    if (grant === undefined) return invalid('There is no such code')
    const target = checkTokenRequest(c, client, grant, request, living)
    return isRefusal(target) ? target : redeemCode(c, client, hash, grant, target, person)
  })
}

/** Everything that can be wrong with the request, before anything is spent. */
function checkTokenRequest(
  c: Context,
  client: Client,
  grant: CodeGrant,
  { parameters, resources }: GrantRequest,
  living: readonly Resource[],
): Target | Refusal {
  const refusal = checkCode(grant, {
    clientId: client.id,
    redirectUri: parameters.get('redirect_uri'),
    codeVerifier: parameters.get('code_verifier'),
  })
  return refusal ?? resolveTarget(grant.scope, grant.resources, resources, living, c.var.issuer)
}

async function redeemCode(
  c: Context,
  client: Client,
  hash: SecretHash<'code'>,
  grant: CodeGrant,
  target: Target,
  person: ClaimsSubject | undefined,
): Promise<TokenResponse | Refusal> {
  const signers = await loadSigners(c, client)
  const { now, config } = c.var
  const { refreshIdle, refreshAbsolute } = lifetimesFor(client.policy, config.lifetimes)
  const attemptId = randomText(16)
  const secret = firstRefreshSecret()
  const markKey = randomText(16)
  const first = { hash: hashSecret(secret), markKey, expiresAt: now + Math.min(refreshIdle, refreshAbsolute) }
  try {
    const { outcome } = await claim(c, hash, grant, attemptId, first)
    if (outcome === 'won') {
      const response = await issueForUser(c, signers, client, grant, target, person, grant.openid.nonce)
      return { ...response, refresh_token: formatRefreshToken(grant.authorizationId, secret, markKey) }
    }
    if (outcome === 'dead') return refuse('invalid_grant', 'The code has expired; start again')
  } catch (error) {
    // Perhaps this attempt has spent the code, and nobody gets tokens for it: whoever comes again may.
    await noteUnanswered(c.env.CODES, attemptId)
    throw error
  }
  // RFC 6749 §4.1.2: the owner shows a used code, so somebody else may have used it. Nobody keeps what came of it.
  await endReplayed(c, grant)
  return refuse('invalid_grant', 'The code was already used, so what was issued for it has ended')
}

/** Whose the code is now. One that was spent by an attempt that never answered goes, once, to this one. */
async function claim(
  c: Context,
  hash: SecretHash<'code'>,
  grant: CodeGrant,
  attemptId: string,
  first: FirstRefreshToken,
): Promise<ClaimOutcome> {
  const { DB, CODES } = c.env
  const { now } = c.var
  const outcome = findClaimOutcome(DB, hash, attemptId)
  const noted = issuedWrites(c, grant.clientId, hasClaimedCode(hash, attemptId))
  const claimed = await write(DB, [claimCode(DB, hash, grant, attemptId, first, now), ...noted], { outcome })
  if (claimed.outcome.outcome !== 'replayed') return claimed.outcome
  const { redeemedBy } = claimed.outcome
  if (!(await isUnanswered(CODES, redeemedBy))) return claimed.outcome
  const taken = takeOverCode(DB, hash, redeemedBy, attemptId, first, now)
  return (await write(DB, [taken, ...noted], { outcome })).outcome
}

async function endReplayed(c: Context, { authorizationId, userId, clientId }: CodeGrant): Promise<void> {
  const { DB } = c.env
  const { now, reference } = c.var
  const id = randomText(16)
  const event = { id, type: 'code_replayed', reference, userId, clientId, detail: authorizationId } as const
  const end = endAuthorization(DB, authorizationId, 'code_replayed', now)
  await write(DB, [end, insertAuditEvent(DB, event, now)], {})
}

function invalid(reason: string): Refusal {
  return refuse('invalid_grant', 'The code is not valid', reason)
}
