import type { Context } from '../../http/context.ts'
import { signingKeys } from '../../http/signing.ts'
import type { CodeGrant } from '../../protocol/authorization.ts'
import { type CodePresentation, checkCode } from '../../protocol/check-code.ts'
import { type Refusal, refuse } from '../../protocol/refusal.ts'
import type { SecretHash } from '../../protocol/secret.ts'
import { firstRefreshSecret, formatRefreshToken } from '../../secrets/refresh-token.ts'
import { hashSecret, randomText, readSecret } from '../../secrets/secret.ts'
import { insertAuditEvent } from '../../store/audit-events.ts'
import { claimCode, endAuthorization, findClaimOutcome, findCodeGrant } from '../../store/authorizations.ts'
import { findCodeCopy } from '../../store/code-copies.ts'
import { read, write } from '../../store/database.ts'
import type { Grant, TokenResponse } from './grant.ts'
import { issueTokens } from './issue-tokens.ts'

/** RFC 6749 §4.1.3. */
export const authorizationCode: Grant = (c, parameters) => {
  const presented = parameters.get('code')
  if (presented === undefined) return refuse('invalid_request', 'code is missing')
  const code = readSecret('code', presented)
  if (code === undefined) return { redeem: async () => invalid('It has not the form of a code') }
  const hash = hashSecret(code)
  // KV is asked while D1 reads the client. A miss is not an error: D1 knows the code too.
  const copy = findCodeCopy(c.env.CODES, hash)
  return {
    redeem: async (client) => {
      const grant = (await copy) ?? (await read(c.env.DB, { grant: findCodeGrant(c.env.DB, hash) })).grant
      if (grant === undefined) return invalid('There is no such code')
      const presentation = {
        clientId: client.client.id,
        redirectUri: parameters.get('redirect_uri'),
        codeVerifier: parameters.get('code_verifier'),
      }
      return redeemCode(c, hash, grant, presentation)
    },
  }
}

async function redeemCode(
  c: Context,
  hash: SecretHash<'code'>,
  grant: CodeGrant,
  presentation: CodePresentation,
): Promise<TokenResponse | Refusal> {
  const refusal = checkCode(grant, presentation)
  if (refusal !== undefined) return refusal

  const keys = await signingKeys(c)
  const { DB } = c.env
  const { now, config } = c.var
  const attemptId = randomText(16)
  const secret = firstRefreshSecret()
  const markKey = randomText(16)
  const first = { hash: hashSecret(secret), markKey, expiresAt: now + config.lifetimes.refreshAbsolute }

  const claim = claimCode(DB, hash, grant, attemptId, first, now)
  const { outcome } = await write(DB, [claim], { outcome: findClaimOutcome(DB, hash, attemptId) })
  switch (outcome) {
    case 'won':
      return issueTokens(c, keys, grant, formatRefreshToken(grant.authorizationId, secret, markKey))
    case 'replayed':
      // RFC 6749 §4.1.2: the owner shows a used code, so somebody else may have used it. Nobody keeps what came of it.
      await endReplayed(c, grant)
      return refuse('invalid_grant', 'The code was already used, so what was issued for it has ended')
    case 'dead':
      return refuse('invalid_grant', 'The code has expired; start again')
  }
}

async function endReplayed(c: Context, { authorizationId, userId, clientId }: CodeGrant): Promise<void> {
  const { DB } = c.env
  const { now, reference } = c.var
  const event = {
    id: randomText(16),
    type: 'code_replayed',
    reference,
    userId,
    clientId,
    detail: authorizationId,
  } as const
  await write(
    DB,
    [endAuthorization(DB, authorizationId, 'code_replayed', now), insertAuditEvent(DB, event, now)],
    {},
  )
}

function invalid(reason: string): Refusal {
  return refuse('invalid_grant', 'The code is not valid', reason)
}
