import type { Client } from '../../rules/clients/client.ts'
import type { Refusal } from '../../rules/refusal.ts'
import type { Scope } from '../../rules/requests/scope.ts'
import type { AccessToken } from '../../rules/tokens/access-token.ts'
import {
  checkActor,
  checkSubject,
  idTokenType,
  invalidActor,
  invalidSubject,
  type SubjectToken,
  type SubjectType,
  subjectOf,
} from '../../rules/tokens/exchange.ts'
import { read } from '../../store/database.ts'
import { findAuthorized } from '../../store/tokens/authorized.ts'
import { findLiveToken } from '../../store/tokens/revoked-access-tokens.ts'
import type { TokenServer } from './grant.ts'

/** A token that the client may exchange, and the scope that it may pass on. */
export interface Exchangeable {
  readonly token: SubjectToken
  readonly scope: Scope
}

export function readSubject(
  server: TokenServer,
  client: Client,
  presented: string,
  type: SubjectType,
): Promise<Exchangeable | Refusal> {
  return type === idTokenType
    ? ofIdToken(server, client, presented)
    : ofAccessToken(server, client, presented)
}

async function ofAccessToken(
  server: TokenServer,
  client: Client,
  presented: string,
): Promise<Exchangeable | Refusal> {
  const { db, now } = server
  const token = await server.readAccessToken(presented)
  if (token === undefined) return notOurs()
  const { live } = await read(db, { live: findLiveToken(db, token, now, client.id) })
  if (live === undefined) return invalidSubject('It was revoked')
  const subject = subjectOf(token)
  return (
    checkSubject(client, { token: subject, isNamed: live.isNamed }) ?? { token: subject, scope: live.scope }
  )
}

/**
 * Only for the application that it was issued to (`aud`): no other one has a reason to have it. It represents its
 * authorization.
 */
async function ofIdToken(
  server: TokenServer,
  client: Client,
  presented: string,
): Promise<Exchangeable | Refusal> {
  const { db, now, issuer } = server
  const idToken = await server.readIdToken(presented)
  if (idToken === undefined) return notOurs()
  const { authorized } = await read(db, { authorized: findAuthorized(db, idToken, now) })
  if (authorized === undefined) return invalidSubject('The authorization of the token has ended')
  const audience = [...new Set([...authorized.resources, issuer])]
  const token = { ...idToken, audience, madeOf: [] }
  return checkSubject(client, { token, isNamed: false }) ?? { token, scope: authorized.scope }
}

/** The access token of the actor; undefined when none was sent. */
export async function readActor(
  server: TokenServer,
  client: Client,
  presented: string | undefined,
): Promise<AccessToken | undefined | Refusal> {
  if (presented === undefined) return undefined
  const { db, now } = server
  const token = await server.readAccessToken(presented)
  if (token === undefined) return invalidActor('Not issued by this server, or expired')
  const refusal = checkActor(client, token)
  if (refusal !== undefined) return refusal
  const { live } = await read(db, { live: findLiveToken(db, token, now) })
  return live === undefined ? invalidActor('It was revoked') : token
}

function notOurs(): Refusal {
  return invalidSubject('Not issued by this server, or expired')
}
