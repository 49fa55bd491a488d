import { parseParameters } from '../../rules/parameters.ts'
import { type Asked, readAsked } from '../../rules/requests/asked.ts'
import { hashSecret, readSecret } from '../../secrets/secret.ts'
import { write } from '../../store/database.ts'
import {
  findPushedRequest,
  type RequestUriHash,
  visitPushedRequest,
} from '../../store/requests/pushed-requests.ts'
import type { Context } from '../context.ts'

/** An authorization request, and which one it is where the client pushed it before. */
export interface ReceivedRequest {
  readonly asked: Asked
  readonly pushed: RequestUriHash | undefined
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

function readAskedQuery(query: string, isPushed = false): Asked {
  const pairs = new URLSearchParams(query)
  return readAsked(parseParameters([...pairs].filter(([name]) => name !== 'resource')), pairs, isPushed)
}
