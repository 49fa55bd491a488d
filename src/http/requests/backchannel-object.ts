import type { Client } from '../../rules/clients/client.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { type Asked, readAsked } from '../../rules/requests/asked.ts'
import { isOutsideObject } from '../../rules/requests/backchannel.ts'
import { requestPairs } from '../../rules/requests/request-object.ts'
import type { UsedOnce } from '../../secrets/clients/client-assertion.ts'
import { openRequestObject, readOnce } from '../../secrets/clients/request-object.ts'
import type { ClientRequest } from '../clients/request.ts'
import type { Context } from '../context.ts'
import { readAskedQuery } from './asked.ts'
import { checkObject } from './request-object.ts'

/** The parameters of a backchannel authentication request: its own, or those of its signed request (CIBA Core §7.1.1). */
export function readBackchannelRequest(
  { parameters, credentials }: ClientRequest,
  pairs: URLSearchParams,
): Asked {
  const beside = readAsked({ parameters, problem: undefined }, pairs)
  const jwt = parameters.get('request')
  if (jwt === undefined) return beside
  const outside = [...pairs.keys()].find((name) => !isOutsideObject(name))
  if (outside !== undefined)
    return { ...beside, object: invalid(`A parameter beside the signed request is not allowed: ${outside}`) }
  const claims = openRequestObject(jwt)
  if (claims === undefined) return { ...beside, object: invalid('The request is not a signed JWT') }
  return readAskedQuery(requestPairs(claims, credentials.clientId))
}

/** CIBA Core §7.1.1: signed by this client for this server, valid now, and with a `jti` that has to be claimed. */
export async function checkSignedRequest(
  c: Context,
  jwt: string,
  client: Client,
): Promise<UsedOnce | Refusal> {
  const expected = { alg: client.openid.backchannelRequestAlg, isStrict: true }
  const refusal = await checkObject(c, jwt, client, c.var.now, expected)
  if (refusal !== undefined) return { ...refusal, refused: 'invalid_request' }
  const once = readOnce(jwt)
  return isRefusal(once) ? { ...once, refused: 'invalid_request' } : once
}

function invalid(description: string): Refusal {
  return refuse('invalid_request', description)
}
