import { authenticateClient, presentedClient } from '../../http/clients/authenticate.ts'
import { answerClient, type ClientAnswer, parseClientRequest } from '../../http/clients/request.ts'
import type { Context } from '../../http/context.ts'
import { readAccessToken } from '../../http/tokens/access-token.ts'
import type { Client } from '../../rules/clients/client.ts'
import { isRefusal, refuse } from '../../rules/refusal.ts'
import { isOfFamily, parseRefreshToken } from '../../secrets/refresh-token.ts'
import { randomText } from '../../secrets/secret.ts'
import { noteEvent } from '../../store/audit-events.ts'
import { read, type Write, write } from '../../store/database.ts'
import { endAuthorization } from '../../store/tokens/authorizations.ts'
import { findRefreshFacts } from '../../store/tokens/facts.ts'
import { revokeAccessToken } from '../../store/tokens/revoked-access-tokens.ts'

/** POST /o/revoke_token, RFC 7009. The hint is not needed: a token identifies its own kind. */
export function post(c: Context): Promise<Response> {
  return answerClient(c, (pairs) => answerRevocation(c, pairs))
}

async function answerRevocation(c: Context, pairs: URLSearchParams): Promise<ClientAnswer> {
  const request = parseClientRequest(c, pairs)
  if (isRefusal(request)) return { client: undefined, outcome: request }
  const { presented } = await read(c.env.DB, { presented: presentedClient(c, request.credentials) })
  const client = presented?.client
  const authenticated = await authenticateClient(c, request.credentials, presented)
  if (isRefusal(authenticated)) return { client, outcome: authenticated }
  const token = request.parameters.get('token')
  if (token === undefined) return { client, outcome: refuse('invalid_request', 'token is missing') }
  const revocation = await findRevocation(c, authenticated.client, token)
  if (revocation !== undefined) await revoke(c, authenticated.client, revocation)
  // RFC 7009 §2.2: the same for an unknown or invalid token. Also for a token of another client, which stays valid: §2.1 would
  // refuse, and so reveal that the token exists. Some clients read the empty body as JSON unless its type says otherwise.
  const headers = { 'Cache-Control': 'no-store', 'Content-Type': 'application/json' }
  return { client, outcome: new Response(null, { headers }) }
}

interface Revocation {
  readonly write: Write
  readonly detail: string
}

async function findRevocation(
  c: Context,
  client: Client,
  presented: string,
): Promise<Revocation | undefined> {
  const { DB } = c.env
  const { now } = c.var
  const refreshToken = parseRefreshToken(presented)
  if (refreshToken !== undefined) {
    const { facts } = await read(DB, { facts: findRefreshFacts(DB, refreshToken.authorizationId) })
    const family = facts?.family
    if (family === undefined || family.clientId !== client.id || !isOfFamily(refreshToken, family.markKey))
      return undefined
    // RFC 7009 §2.1: revoking the refresh token also revokes the access tokens of the same grant.
    const detail = family.authorizationId
    return { detail, write: endAuthorization(DB, detail, 'revoked_by_client', now) }
  }
  const accessToken = await readAccessToken(c, presented)
  if (accessToken === undefined || accessToken.clientId !== client.id) return undefined
  return { detail: `access token ${accessToken.id}`, write: revokeAccessToken(DB, accessToken) }
}

async function revoke(c: Context, client: Client, revocation: Revocation): Promise<void> {
  const { DB } = c.env
  const { now, reference } = c.var
  const event = {
    id: randomText(16),
    type: 'token_revoked',
    reference,
    clientId: client.id,
    detail: revocation.detail,
  } as const
  await write(DB, [revocation.write, ...noteEvent(DB, event, now)], {})
}
