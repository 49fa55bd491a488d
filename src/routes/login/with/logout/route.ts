import type { JWTVerifyGetKey } from 'jose'
import { obeyLogoutToken } from '../../../../acts/sign-in/end-at-provider.ts'
import { providerKeys, readProviderMetadata } from '../../../../acts/sign-in/provider-documents.ts'
import type { Context } from '../../../../http/context.ts'
import { readFormBody } from '../../../../http/form-body.ts'
import { refuseMachine } from '../../../../http/machine-answers.ts'
import { deliverLogoutsSoon } from '../../../../http/openid/deliver-soon.ts'
import { callingOf } from '../../../../http/openid/provider-calling.ts'
import { parseParameters } from '../../../../rules/parameters.ts'
import { isRefusal, type Refusal, refuse } from '../../../../rules/refusal.ts'
import type { Connection } from '../../../../rules/sign-in/connection.ts'
import { openLogoutToken } from '../../../../secrets/sign-in/logout-token.ts'
import { read } from '../../../../store/database.ts'
import { findConnection } from '../../../../store/sign-in/connections.ts'

/**
 * POST /login/with/{connection}/logout: logout_token. A provider tells that a person has signed out there: their sessions here
 * end, and the applications used in them are notified. Also while the provider is suspended. OIDC Back-Channel Logout §2.8: 200,
 * or 400 with the reason.
 */
export async function post(c: Context): Promise<Response> {
  const body = await readFormBody(c)
  if (!body.ok) return refuseMachine(c, refuse('invalid_request', body.description), body.status)
  const refusal = await obey(c, body.pairs)
  if (isRefusal(refusal)) return refuseMachine(c, refusal)
  deliverLogoutsSoon(c)
  return new Response(null, { status: 200, headers: { 'Cache-Control': 'no-store' } })
}

async function obey(c: Context, pairs: URLSearchParams): Promise<Refusal | undefined> {
  const { parameters, problem } = parseParameters(pairs)
  if (problem !== undefined) return problem.refusal
  const token = parameters.get('logout_token')
  if (token === undefined) return refuse('invalid_request', 'logout_token is missing')
  const { DB } = c.env
  const { now, reference, issuer } = c.var
  const { connection } = await read(DB, { connection: findConnection(DB, c.req.param('connection') ?? '') })
  if (connection?.issuer === undefined)
    return refuse('invalid_request', 'There is no OpenID provider at this address')
  const { issuer: sender, clientId } = connection
  const keys = keysOf(c, connection, sender)
  const opened = await openLogoutToken(token, keys, { issuer: sender, clientId }, now)
  if (typeof opened === 'string')
    return refuse('invalid_request', 'The logout token is not valid', `Logout token: ${opened}`)
  const isFirst = await obeyLogoutToken({ db: DB, reference, now }, connection, opened, issuer)
  return isFirst ? undefined : refuse('invalid_request', 'The logout token was used before')
}

function keysOf(c: Context, connection: Connection, sender: string): JWTVerifyGetKey {
  return async (header, token) => {
    const metadata = await readProviderMetadata(callingOf(c), sender, connection.id)
    if (typeof metadata === 'string') throw new Error(`The metadata of the provider: ${metadata}`)
    return providerKeys(callingOf(c), metadata.jwksUri, connection)(header, token)
  }
}
