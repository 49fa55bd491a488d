import { endMisused } from '../../acts/tokens/end-misused.ts'
import { type Client, lifetimesFor } from '../../rules/clients/client.ts'
import type { ClaimsSubject } from '../../rules/openid/user-claims.ts'
import { rulesFor } from '../../rules/profile.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { withDetails } from '../../rules/requests/authorization-details.ts'
import { resolveTarget, type Target } from '../../rules/requests/resource.ts'
import type { RefreshFamily } from '../../rules/tokens/authorization.ts'
import { checkRefresh, narrowScope } from '../../rules/tokens/check-refresh.ts'
import { stillAllowed } from '../../rules/tokens/still-allowed.ts'
import {
  formatRefreshToken,
  isOfFamily,
  parseRefreshToken,
  type RefreshToken,
  successorOf,
} from '../../secrets/refresh-token.ts'
import { hashSecret, randomText } from '../../secrets/secret.ts'
import { read, write } from '../../store/database.ts'
import type { Use } from '../../store/sign-in/used-challenges.ts'
import {
  endAuthorization,
  extendRefreshToken,
  rotateRefreshToken,
} from '../../store/tokens/authorizations.ts'
import { findRefreshFacts } from '../../store/tokens/facts.ts'
import { claimProof } from '../../store/tokens/used-proofs.ts'
import { grant, type TokenResponse, type TokenServer } from './grant.ts'
import { issueForUser, prepareSigners } from './issue-tokens.ts'

/** RFC 6749 §6. */
export const refreshToken = grant({
  parse({ parameters, resources, details }) {
    const presented = parameters.get('refresh_token')
    if (presented === undefined) return refuse('invalid_request', 'refresh_token is missing')
    const token = parseRefreshToken(presented)
    if (token === undefined) return invalid('Malformed refresh token')
    return { token, scope: parameters.get('scope'), resources, details }
  },
  reads: ({ db }, { token: { authorizationId } }) => ({ facts: findRefreshFacts(db, authorizationId) }),
  async redeem(server, client, { token, scope: asked, resources, details }, { facts }) {
    if (facts === undefined) return invalid('Unknown authorization')
    const { family, living, person } = facts
    // A made-up secret with a real id must not end anything: a stranger could send one.
    if (!isOfFamily(token, family.markKey)) return invalid('This refresh token was never issued')
    const asksFor = narrowScope(family.scope, asked)
    if (isRefusal(asksFor)) return asksFor
    const left = stillAllowed(family, client, living)
    if (left.scope.length === 0 || !client.openid.refreshTokens)
      return endEmpty(server, client, token, family)
    const scope = asksFor.filter((name) => left.scope.includes(name))
    if (scope.length === 0)
      return refuse('invalid_scope', 'The application is not allowed any of these scopes now')
    const place = resolveTarget(scope, family.resources, resources, living.resources, server)
    const target = isRefusal(place) ? place : withDetails(place, left.details, details)
    return isRefusal(target) ? target : refresh(server, client, token, left, target, person)
  },
})

async function refresh(
  server: TokenServer,
  client: Client,
  token: RefreshToken,
  family: RefreshFamily,
  target: Target,
  person: ClaimsSubject | undefined,
): Promise<TokenResponse | Refusal> {
  const { db, config, now } = server
  const lifetimes = lifetimesFor(client.policy, config.lifetimes)
  const bound = client.type === 'public' ? family.confirmation : undefined
  const prepared = await prepareSigners(server, client, target, bound, family.openid)
  if (isRefusal(prepared)) return prepared
  const presented = hashSecret(token.secret)
  const before = checkRefresh(family, presented, client.id, lifetimes, now)
  // Such a request does not use up its proof.
  if (before.verdict === 'refuse') return before.refusal
  const { use } = prepared
  const isMine = claimProof(db, use)
  if (before.verdict === 'rotate' && !rulesFor(client, config.leastProfile).rotatesRefreshTokens) {
    const isKept = extendRefreshToken(db, family.authorizationId, presented, lifetimes, now, use)
    const done = await read(db, { isKept })
    const signers = prepared.claimed(done.isKept || (await read(db, { isMine })).isMine)
    if (isRefusal(signers)) return signers
    if (!done.isKept) return invalid('The authorization has ended, or its user or client was suspended')
    const response = await issueForUser(server, signers, { client, grant: family, target, person })
    return {
      ...response,
      refresh_token: formatRefreshToken(token.authorizationId, token.secret, family.markKey),
    }
  }
  const done =
    before.verdict === 'rotate'
      ? await rotate(server, client, token, family, use)
      : { ...(await read(db, { isMine })), after: family }
  const signers = prepared.claimed(done.isMine)
  if (isRefusal(signers)) return signers
  // Once rotated, by this request or by a parallel one, the presented secret is the previous one: the same check again.
  const verdict = checkRefresh(done.after, presented, client.id, lifetimes, now)
  switch (verdict.verdict) {
    case 'repeat': {
      const response = await issueForUser(server, signers, { client, grant: family, target, person })
      const next = successorOf(token.secret, verdict.salt)
      return { ...response, refresh_token: formatRefreshToken(family.authorizationId, next, family.markKey) }
    }
    case 'refuse':
      return verdict.refusal
    case 'reused':
      await endMisused(server, family, 'refresh_token_reused')
      return refuse(
        'invalid_grant',
        'The refresh token was already used, so every token of its authorization has been revoked',
      )
    case 'rotate':
      return invalid('The user or the client was suspended')
  }
}

/**
 * No granted scope is left, or the client no longer gets refresh tokens, so it is ended for good. The authorization of another
 * client is not affected.
 */
async function endEmpty(
  server: TokenServer,
  client: Client,
  token: RefreshToken,
  family: RefreshFamily,
): Promise<Refusal> {
  const { db, config, now } = server
  const lifetimes = lifetimesFor(client.policy, config.lifetimes)
  const verdict = checkRefresh(family, hashSecret(token.secret), client.id, lifetimes, now)
  if (verdict.verdict === 'refuse') return verdict.refusal
  if (verdict.verdict === 'reused') await endMisused(server, family, 'refresh_token_reused')
  else await write(db, [endAuthorization(db, family.authorizationId, 'nothing_left', now)], {})
  return refuse(
    'invalid_grant',
    client.openid.refreshTokens
      ? 'The application is no longer allowed any of the granted scopes'
      : 'The application no longer gets refresh tokens',
  )
}

/** The family after the compare-and-swap, whichever request won. A deleted one has ended. The proof is used up in any case. */
async function rotate(
  server: TokenServer,
  client: Client,
  token: RefreshToken,
  family: RefreshFamily,
  use: Use | undefined,
): Promise<{ readonly isMine: boolean; readonly after: RefreshFamily }> {
  const { db, now, config } = server
  const { authorizationId } = family
  const presented = hashSecret(token.secret)
  const salt = randomText(16)
  const next = { hash: hashSecret(successorOf(token.secret, salt)), salt }
  const lifetimes = lifetimesFor(client.policy, config.lifetimes)
  const { isRotated } = await read(db, {
    isRotated: rotateRefreshToken(db, authorizationId, presented, next, lifetimes, now, use),
  })
  // Nothing that follows needs the expiry of the successor.
  if (isRotated) {
    const after = { ...family, current: next.hash, previous: presented, salt, rotatedAt: now }
    return { isMine: true, after }
  }
  const { isMine, facts } = await read(db, {
    isMine: claimProof(db, use),
    facts: findRefreshFacts(db, authorizationId),
  })
  return { isMine, after: facts?.family ?? { ...family, endedAt: now } }
}

function invalid(reason: string): Refusal {
  return refuse('invalid_grant', 'The refresh token is not valid', reason)
}
