import { type Client, lifetimesFor } from '../../rules/clients/client.ts'
import type { ClaimsSubject } from '../../rules/openid/user-claims.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import type { CodeGrant } from '../../rules/tokens/authorization.ts'
import { type Confirmation, confirmationOf } from '../../rules/tokens/confirmation.ts'
import { firstRefreshSecret, formatRefreshToken } from '../../secrets/refresh-token.ts'
import { hashSecret, randomText } from '../../secrets/secret.ts'
import { read, write } from '../../store/database.ts'
import { findClaimsSubject } from '../../store/people/profiles.ts'
import type { Use } from '../../store/sign-in/used-challenges.ts'
import {
  type ClaimOutcome,
  claimCode,
  type FirstRefreshToken,
  findClaimOutcome,
  takeOverCode,
} from '../../store/tokens/code-claims.ts'
import { isUnanswered, noteUnanswered } from '../../store/tokens/unanswered-claims.ts'
import { claimProof } from '../../store/tokens/used-proofs.ts'
import type { PresentedCode } from '../../values/secret.ts'
import type { TokenResponse, TokenServer } from './grant.ts'
import { type Issuable, issueForUser, prepareSigners } from './issue-tokens.ts'

/** Everything that was granted has been removed since. Nothing is used up: it may be given back. */
export const nothingLeft = refuse(
  'invalid_grant',
  'The application is no longer allowed any of the granted scopes',
)

const expired = refuse('invalid_grant', 'The code has expired; start again')

type Redeemable = Issuable & { readonly grant: CodeGrant }

/**
 * Claims a code whose request was checked, and issues its tokens. Of parallel requests one wins; `replayed` answers the others.
 * An attempt that claimed the code and then failed leaves it to the next one.
 */
export async function redeemCode(
  server: TokenServer,
  presented: PresentedCode,
  { client, grant: code, target, person: known }: Redeemable,
  replayed: () => Promise<Refusal>,
): Promise<TokenResponse | Refusal> {
  const bound = confirmationOf(code.dpopJkt, undefined)
  const prepared = await prepareSigners(server, client, target, bound, code.openid)
  if (isRefusal(prepared)) return prepared
  const { now, config, codes } = server
  const person = known ?? (await findMissing(server, client, code))
  const { accessToken, refreshIdle, refreshAbsolute } = lifetimesFor(client.policy, config.lifetimes)
  // It distinguishes the attempts at one code, and notes in KV for a minute.
  const attemptId = randomText(6)
  const secret = firstRefreshSecret()
  const markKey = randomText(9)
  const { refreshTokens } = client.openid
  // Without a refresh token the authorization lasts as long as its access token: nobody gets the secret.
  const lasts = refreshTokens ? Math.min(refreshIdle, refreshAbsolute) : accessToken
  const first = {
    hash: hashSecret(secret),
    markKey,
    expiresAt: now + lasts,
    bound: boundKey(client, prepared.confirmation),
  }
  try {
    const { isMine, outcome } = await claim(server, presented, code, attemptId, first, prepared.use)
    const signers = prepared.claimed(isMine)
    if (isRefusal(signers)) return signers
    if (outcome === 'won') {
      const response = await issueForUser(server, signers, {
        client,
        grant: code,
        target,
        person,
        nonce: code.openid.nonce,
      })
      if (!refreshTokens) return response
      return { ...response, refresh_token: formatRefreshToken(code.authorizationId, secret, markKey) }
    }
    if (outcome === 'dead') return expired
  } catch (error) {
    // Perhaps this attempt has used up the code without issuing tokens: the next attempt may take it over.
    await noteUnanswered(codes, attemptId)
    throw error
  }
  return replayed()
}

/**
 * Only the row is left of a used code, and code and verifier match: a replay. Without its copy nobody can take it over, so after
 * an attempt whose answer was lost it is only refused.
 */
export async function refuseUsed(
  { codes }: TokenServer,
  usedBy = '',
  replayed: () => Promise<Refusal>,
): Promise<Refusal> {
  return (await isUnanswered(codes, usedBy)) ? expired : replayed()
}

/** The person of an ID token that contains claims only since the authorization: the setting of its client was changed. */
async function findMissing(
  { db }: TokenServer,
  client: Client,
  { userId, openid }: CodeGrant,
): Promise<ClaimsSubject | undefined> {
  const isNamed = client.openid.claimsInIdToken || openid.idTokenClaims.length > 0
  return isNamed ? (await read(db, { person: findClaimsSubject(db, { userId }) })).person : undefined
}

/** RFC 9449 §5, RFC 8705 §4: the refresh tokens of a public client are bound. Other clients have to authenticate anyway. */
function boundKey({ type }: Client, confirmation: Confirmation | undefined): Confirmation | undefined {
  return type === 'public' ? confirmation : undefined
}

/**
 * Claims the proof, if there is one, and the code with it. The owner of the code now: one that was used by an attempt without
 * an answer goes, once, to this one.
 */
async function claim(
  server: TokenServer,
  presented: PresentedCode,
  code: CodeGrant,
  attemptId: string,
  first: FirstRefreshToken,
  use: Use | undefined,
): Promise<{ readonly isMine: boolean; readonly outcome: ClaimOutcome['outcome'] }> {
  const { db, codes, now } = server
  const isClaimed = claimCode(db, presented, code, attemptId, first, now, use)
  if ((await read(db, { isClaimed })).isClaimed) return { isMine: true, outcome: 'won' }
  const outcome = findClaimOutcome(db, presented, attemptId)
  const { isMine, ...before } = await read(db, { isMine: claimProof(db, use), outcome })
  if (!isMine || before.outcome.outcome !== 'replayed') return { isMine, ...before.outcome }
  const { redeemedBy } = before.outcome
  if (!(await isUnanswered(codes, redeemedBy))) return { isMine, ...before.outcome }
  const taken = takeOverCode(db, presented, redeemedBy, attemptId, first, now)
  return { isMine, ...(await write(db, [taken], { outcome })).outcome }
}
