import type { Context } from '../../http/context.ts'
import { signingKeys } from '../../http/signing.ts'
import type { RefreshFamily } from '../../protocol/authorization.ts'
import { checkRefresh, narrowScope } from '../../protocol/check-refresh.ts'
import { isRefusal, type Refusal, refuse } from '../../protocol/refusal.ts'
import {
  formatRefreshToken,
  isOfFamily,
  parseRefreshToken,
  type RefreshToken,
  successorOf,
} from '../../secrets/refresh-token.ts'
import { hashSecret, randomText } from '../../secrets/secret.ts'
import { insertAuditEvent } from '../../store/audit-events.ts'
import { endAuthorization, findRefreshFamily, rotateRefreshToken } from '../../store/authorizations.ts'
import { write } from '../../store/database.ts'
import type { Grant, TokenResponse } from './grant.ts'
import { issueTokens } from './issue-tokens.ts'

/** RFC 6749 §6. */
export const refreshToken: Grant = (c, parameters) => {
  const presented = parameters.get('refresh_token')
  if (presented === undefined) return refuse('invalid_request', 'refresh_token is missing')
  const token = parseRefreshToken(presented)
  if (token === undefined) return { redeem: async () => invalid('It has not the form of a refresh token') }
  const query = findRefreshFamily(c.env.DB, token.authorizationId)
  return {
    query: {
      statement: query.statement,
      read: (rows) => async (client) => {
        const family = query.read(rows)
        if (family === undefined) return invalid('There is no such authorization')
        // A made-up secret with a real id must not end anything: a stranger could.
        if (!isOfFamily(token, family.markKey)) return invalid('It was never issued')
        return refresh(c, client.client.id, token, family, parameters.get('scope'))
      },
    },
  }
}

async function refresh(
  c: Context,
  clientId: string,
  token: RefreshToken,
  family: RefreshFamily,
  askedScope: string | undefined,
): Promise<TokenResponse | Refusal> {
  const { config, now } = c.var
  const scope = narrowScope(family.scope, askedScope)
  if (isRefusal(scope)) return scope
  const keys = await signingKeys(c)
  const presented = hashSecret(token.secret)
  const before = checkRefresh(family, presented, clientId, config.lifetimes, now)
  // Once rotated, by this request or by a parallel one, what was presented is the previous secret: the same question again.
  const verdict =
    before.verdict === 'rotate'
      ? checkRefresh(await rotate(c, token, family), presented, clientId, config.lifetimes, now)
      : before
  switch (verdict.verdict) {
    case 'repeat': {
      const next = successorOf(token.secret, verdict.salt)
      return issueTokens(
        c,
        keys,
        { ...family, scope },
        formatRefreshToken(family.authorizationId, next, family.markKey),
      )
    }
    case 'refuse':
      return verdict.refusal
    case 'reused':
      await endReused(c, family)
      return refuse(
        'invalid_grant',
        'The refresh token was used before, so everything issued with it has ended',
      )
    case 'rotate':
      throw new Error('A refresh token was rotated and is still the current one')
  }
}

/** The family as it stands after the compare-and-swap, whoever won it. One that is gone has ended. */
async function rotate(c: Context, token: RefreshToken, family: RefreshFamily): Promise<RefreshFamily> {
  const { DB } = c.env
  const salt = randomText(16)
  const hash = hashSecret(successorOf(token.secret, salt))
  const { after } = await write(
    DB,
    [rotateRefreshToken(DB, family.authorizationId, hashSecret(token.secret), { hash, salt }, c.var.now)],
    { after: findRefreshFamily(DB, family.authorizationId) },
  )
  return after ?? { ...family, endedAt: c.var.now }
}

/** RFC 9700 §4.14.2: two parties hold tokens of this family, and nobody can tell which is the thief. */
async function endReused(c: Context, family: RefreshFamily): Promise<void> {
  const { DB } = c.env
  const { now, reference } = c.var
  const { authorizationId, clientId, userId } = family
  const event = {
    id: randomText(16),
    type: 'refresh_token_reused',
    reference,
    userId,
    clientId,
    detail: authorizationId,
  } as const
  await write(
    DB,
    [endAuthorization(DB, authorizationId, 'refresh_token_reused', now), insertAuditEvent(DB, event, now)],
    {},
  )
}

function invalid(reason: string): Refusal {
  return refuse('invalid_grant', 'The refresh token is not valid', reason)
}
