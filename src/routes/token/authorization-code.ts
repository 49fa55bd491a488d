import { type Client, lifetimesFor } from '../../rules/clients/client.ts'
import type { ClaimsSubject } from '../../rules/openid/user-claims.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { type Resource, resolveTarget, type Target } from '../../rules/requests/resource.ts'
import type { CodeGrant } from '../../rules/tokens/authorization.ts'
import { checkCode } from '../../rules/tokens/check-code.ts'
import { firstRefreshSecret, formatRefreshToken } from '../../secrets/refresh-token.ts'
import { hashSecret, randomText, readSecret } from '../../secrets/secret.ts'
import { insertAuditEvent } from '../../store/audit-events.ts'
import { read, write } from '../../store/database.ts'
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
import { grant, type TokenResponse, type TokenServer } from './grant.ts'
import { issueForUser, loadSigners } from './issue-tokens.ts'
import { issuedWrites } from './note-outcome.ts'

/** A code with what has to match it. RFC 6749 §4.1.3, RFC 7636 §4.5, RFC 8707 §2.2. */
interface CodeRequest {
  readonly hash: SecretHash<'code'>
  readonly redirectUri: string | undefined
  readonly codeVerifier: string | undefined
  readonly resources: readonly string[]
}

/** RFC 6749 §4.1.3. */
export const authorizationCode = grant({
  parse({ parameters, resources }) {
    const presented = parameters.get('code')
    if (presented === undefined) return refuse('invalid_request', 'code is missing')
    const code = readSecret('code', presented)
    if (code === undefined) return invalid('Malformed authorization code')
    return {
      hash: hashSecret(code),
      redirectUri: parameters.get('redirect_uri'),
      codeVerifier: parameters.get('code_verifier'),
      resources,
    }
  },
  reads: ({ db }, { hash }) => ({
    living: findResourcesOfCode(db, hash),
    person: findClaimsSubjectOfCode(db, hash),
  }),
  /** KV answers while D1 reads the client. A miss is not an error: D1 knows the code too. */
  meanwhile: ({ codes }, { hash }) => findCodeCopy(codes, hash),
  async redeem(server, client, ask, { living, person, copy }) {
    const { db } = server
    const found = (await copy) ?? (await read(db, { found: findCodeGrant(db, ask.hash) })).found
    if (found === undefined) return invalid('There is no such code')
    const target = checkTokenRequest(server, client, found, ask, living)
    return isRefusal(target) ? target : redeemCode(server, client, ask.hash, found, target, person)
  },
})

/** Everything that can be wrong with the request, before anything is spent. */
function checkTokenRequest(
  server: TokenServer,
  client: Client,
  found: CodeGrant,
  { redirectUri, codeVerifier, resources }: CodeRequest,
  living: readonly Resource[],
): Target | Refusal {
  const refusal = checkCode(found, { clientId: client.id, redirectUri, codeVerifier })
  return refusal ?? resolveTarget(found.scope, found.resources, resources, living, server)
}

async function redeemCode(
  server: TokenServer,
  client: Client,
  hash: SecretHash<'code'>,
  code: CodeGrant,
  target: Target,
  person: ClaimsSubject | undefined,
): Promise<TokenResponse | Refusal> {
  const signers = await loadSigners(server, client)
  const { now, config, codes } = server
  const { refreshIdle, refreshAbsolute } = lifetimesFor(client.policy, config.lifetimes)
  const attemptId = randomText(16)
  const secret = firstRefreshSecret()
  const markKey = randomText(16)
  const first = { hash: hashSecret(secret), markKey, expiresAt: now + Math.min(refreshIdle, refreshAbsolute) }
  try {
    const { outcome } = await claim(server, hash, code, attemptId, first)
    if (outcome === 'won') {
      const response = await issueForUser(server, signers, client, code, target, person, code.openid.nonce)
      return { ...response, refresh_token: formatRefreshToken(code.authorizationId, secret, markKey) }
    }
    if (outcome === 'dead') return refuse('invalid_grant', 'The code has expired; start again')
  } catch (error) {
    // Perhaps this attempt has spent the code, and nobody gets tokens for it: whoever comes again may.
    await noteUnanswered(codes, attemptId)
    throw error
  }
  // RFC 6749 §4.1.2: the owner shows a used code, so somebody else may have used it. Nobody keeps what came of it.
  await endReplayed(server, code)
  return refuse('invalid_grant', 'The code was already used, so what was issued for it has ended')
}

/** Whose the code is now. One that was spent by an attempt that never answered goes, once, to this one. */
async function claim(
  server: TokenServer,
  hash: SecretHash<'code'>,
  code: CodeGrant,
  attemptId: string,
  first: FirstRefreshToken,
): Promise<ClaimOutcome> {
  const { db, codes, now } = server
  const outcome = findClaimOutcome(db, hash, attemptId)
  const noted = issuedWrites(server, code.clientId, hasClaimedCode(hash, attemptId))
  const claimed = await write(db, [claimCode(db, hash, code, attemptId, first, now), ...noted], { outcome })
  if (claimed.outcome.outcome !== 'replayed') return claimed.outcome
  const { redeemedBy } = claimed.outcome
  if (!(await isUnanswered(codes, redeemedBy))) return claimed.outcome
  const taken = takeOverCode(db, hash, redeemedBy, attemptId, first, now)
  return (await write(db, [taken, ...noted], { outcome })).outcome
}

async function endReplayed(
  { db, now, reference }: TokenServer,
  { authorizationId, userId, clientId }: CodeGrant,
): Promise<void> {
  const id = randomText(16)
  const event = { id, type: 'code_replayed', reference, userId, clientId, detail: authorizationId } as const
  const end = endAuthorization(db, authorizationId, 'code_replayed', now)
  await write(db, [end, insertAuditEvent(db, event, now)], {})
}

function invalid(reason: string): Refusal {
  return refuse('invalid_grant', 'The code is not valid', reason)
}
