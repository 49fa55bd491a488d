import type { ClientCredentials } from '../../rules/clients/credentials.ts'
import { documentHost } from '../../rules/clients/metadata-document.ts'
import { type Refusal, refuse } from '../../rules/refusal.ts'
import { documentRule, mostDocuments } from '../../rules/sign-in/lockout.ts'
import { randomText } from '../../secrets/secret.ts'
import { attemptSubject } from '../../secrets/try-subject.ts'
import type { PresentedClient } from '../../store/clients/secrets.ts'
import { write } from '../../store/database.ts'
import { type Budget, claimAttempt, findLock } from '../../store/sign-in/tries.ts'
import type { Context } from '../context.ts'
import { peerBlocks } from '../peer.ts'
import { isPublished, needsFetch, readPublished } from './metadata-document.ts'

/**
 * The client of a request that is sent before anybody is here to allow it (RFC 9126, RFC 8628): one that publishes a metadata
 * document is as that describes it now, also without a row. A document that can't be read is never an unknown client: clients
 * would forget this server.
 */
export async function presentedNow(
  c: Context,
  { clientId }: ClientCredentials,
  presented: PresentedClient | undefined,
): Promise<PresentedClient | undefined | Refusal> {
  const isFromDocument = presented === undefined || presented.client.registeredBy === 'document'
  if (!isFromDocument || !isPublished(c, clientId)) return presented
  if (presented === undefined && needsFetch(c, clientId) && !(await mayFetch(c, clientId)))
    return refuse('temporarily_unavailable', 'Too many metadata documents were requested; try again later')
  const found = await readPublished(c, clientId, presented?.client)
  if (!('unpublished' in found)) return { client: found.client, secret: undefined, scopesVersion: undefined }
  return found.unpublished === 'unreachable'
    ? refuse('temporarily_unavailable', 'The metadata document could not be read', found.reason)
    : refuse('invalid_client', 'The metadata document is not valid', found.reason)
}

/**
 * Strangers decide which documents this server asks for: so many from one network, and from one host. Documents of clients that
 * somebody allowed here are asked for without this limit, so that strangers can't use it up for them.
 */
async function mayFetch(c: Context, clientId: string): Promise<boolean> {
  const { DB } = c.env
  const { now } = c.var
  const { block, wider } = peerBlocks(c)
  const { ofBlock, ofSite, ofHost } = mostDocuments
  const budget = (kind: 'document-address' | 'document-host', value: string, most: number): Budget => ({
    subject: attemptSubject(kind, value),
    rule: documentRule(most, now),
  })
  const budgets = [
    budget('document-address', block, ofBlock),
    ...(wider === undefined ? [] : [budget('document-address', wider, ofSite)]),
    budget('document-host', documentHost(clientId), ofHost),
  ]
  const id = randomText(16)
  const { lockedUntil } = await write(DB, claimAttempt(DB, budgets, id, now), {
    lockedUntil: findLock(DB, budgets, id, now),
  })
  return lockedUntil === undefined
}
