import { type Revocation, revokeToken } from '../../acts/tokens/revoke-token.ts'
import { authenticateClient, presentedClient } from '../../http/clients/authenticate.ts'
import { answerClient, type ClientAnswer, parseClientRequest } from '../../http/clients/request.ts'
import type { Context } from '../../http/context.ts'
import { readAccessToken } from '../../http/tokens/access-token.ts'
import type { Client } from '../../rules/clients/client.ts'
import { isRefusal, refuse } from '../../rules/refusal.ts'
import { isOfFamily, parseRefreshToken } from '../../secrets/refresh-token.ts'
import { read } from '../../store/database.ts'
import { findRefreshFacts } from '../../store/tokens/facts.ts'

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
  if (revocation !== undefined) {
    const { reference, now } = c.var
    await revokeToken({ db: c.env.DB, reference, now }, authenticated.client.id, revocation)
  }
  // RFC 7009 §2.2: the same for an unknown or invalid token. Also for a token of another client, which stays valid: §2.1 would
  // refuse, and so reveal that the token exists. Some clients read the empty body as JSON unless its type says otherwise.
  const headers = { 'Cache-Control': 'no-store', 'Content-Type': 'application/json' }
  return { client, outcome: new Response(null, { headers }) }
}

async function findRevocation(
  c: Context,
  client: Client,
  presented: string,
): Promise<Revocation | undefined> {
  const { DB } = c.env
  const refreshToken = parseRefreshToken(presented)
  if (refreshToken !== undefined) {
    const { facts } = await read(DB, { facts: findRefreshFacts(DB, refreshToken.authorizationId) })
    const family = facts?.family
    if (family === undefined || family.clientId !== client.id || !isOfFamily(refreshToken, family.markKey))
      return undefined
    return { authorizationId: family.authorizationId }
  }
  const accessToken = await readAccessToken(c, presented)
  if (accessToken === undefined || accessToken.clientId !== client.id) return undefined
  return { accessToken }
}
