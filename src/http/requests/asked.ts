import { parseParameters } from '../../rules/parameters.ts'
import { isRefusal, refuse } from '../../rules/refusal.ts'
import { type Asked, readAsked } from '../../rules/requests/asked.ts'
import { requestPairs } from '../../rules/requests/request-object.ts'
import { openRequestObject } from '../../secrets/clients/request-object.ts'
import { hashSecret, readSecret } from '../../secrets/secret.ts'
import { write } from '../../store/database.ts'
import {
  findPushedRequest,
  type RequestUriHash,
  visitPushedRequest,
} from '../../store/requests/pushed-requests.ts'
import type { Context } from '../context.ts'
import { signedInside } from '../tokens/decryption.ts'
import type { SentObject } from './request-object.ts'

/** An authorization request, and which one it is where the client pushed it before. */
export interface ReceivedRequest {
  readonly asked: Asked
  readonly pushed: RequestUriHash | undefined
  /** Present while the parameters are those of a request object that was not verified yet. */
  readonly sent?: SentObject
}

/**
 * The authorization request in a query: its own parameters, or those behind `request_uri`. Then nothing else in the query
 * counts (RFC 9126 §4). Undefined for one that nobody pushed, that has been completed, or that waited too long.
 */
export async function readAuthorizationRequest(
  c: Context,
  query: string,
): Promise<ReceivedRequest | undefined> {
  const asked = readAskedQuery(query)
  const jwt = asked.parameters.get('request')
  if (jwt !== undefined)
    return { ...(await insideOf(c, jwt, asked, asked.parameters.get('client_id'))), pushed: undefined }
  const requestUri = asked.parameters.get('request_uri')
  const clientId = asked.parameters.get('client_id') ?? ''
  const presented = requestUri === undefined ? undefined : readSecret('pushed-request', requestUri)
  if (presented === undefined) return { asked, pushed: undefined }
  const { DB } = c.env
  const { now } = c.var
  const hash = hashSecret(presented)
  const { found } = await write(DB, [visitPushedRequest(DB, hash, clientId, now)], {
    found: findPushedRequest(DB, hash, clientId, now),
  })
  return found && { asked: readAskedQuery(found.query, true), pushed: hash }
}

/** RFC 9101 §5: `request` by value, never together with `request_uri`. */
export async function insideOf(
  c: Context,
  sent: string,
  beside: Asked,
  clientId: string | undefined,
): Promise<{ readonly asked: Asked; readonly sent?: SentObject }> {
  if (beside.parameters.has('request_uri'))
    return {
      asked: { ...beside, object: refuse('invalid_request', 'Send request or request_uri, not both') },
    }
  const jwt = await signedInside(c, sent)
  if (isRefusal(jwt)) return { asked: { ...beside, object: jwt } }
  const claims = openRequestObject(jwt)
  if (claims === undefined) {
    return {
      asked: {
        ...beside,
        object: refuse('invalid_request_object', 'The request object is not a signed JWT'),
      },
    }
  }
  const pairs = requestPairs(claims, clientId)
  return { asked: readAskedQuery(pairs), sent: { jwt, pairs, beside } }
}

export function readAskedQuery(query: string | URLSearchParams, isPushed = false): Asked {
  const pairs = new URLSearchParams(query)
  return readAsked(parseParameters([...pairs].filter(([name]) => name !== 'resource')), pairs, isPushed)
}
