import { findSectorProblem } from '../../acts/clients/find-sector-problem.ts'
import { Documents } from '../../acts/documents.ts'
import type { Client } from '../../rules/clients/client.ts'
import {
  isSectorChecked,
  longestSectorDocument,
  parseSectorDocument,
  sectorProblem,
} from '../../rules/openid/sector-document.ts'
import { addressRule, widerAddressRule } from '../../rules/sign-in/lockout.ts'
import { randomText } from '../../secrets/secret.ts'
import { attemptSubject } from '../../secrets/try-subject.ts'
import { write } from '../../store/database.ts'
import { type Budget, claimAttempt, findLock } from '../../store/sign-in/tries.ts'
import type { NamedProblem } from '../../values/problem.ts'
import type { Context } from '../context.ts'
import { inBackground } from '../log.ts'
import { peerBlocks } from '../peer.ts'

/**
 * Why a saved client can't be in the sector of its `sector_identifier_uri`. The document is fetched when the URI is new or
 * redirect URIs were added; the fetches that one network can cause are limited.
 */
export async function findSavedSectorProblem(
  c: Context,
  before: Client,
  after: Client,
): Promise<NamedProblem | undefined> {
  const { sectorIdentifierUri: url } = after.openid
  if (url === undefined || isSectorChecked(before, after)) return undefined
  const { DB } = c.env
  const { now, issuer } = c.var
  const { block, wider } = peerBlocks(c)
  const budgets: readonly Budget[] = [
    { subject: attemptSubject('sector-address', block), rule: addressRule },
    ...(wider === undefined
      ? []
      : [{ subject: attemptSubject('sector-address', wider), rule: widerAddressRule }]),
  ]
  const id = randomText(16)
  const { lockedUntil } = await write(DB, claimAttempt(DB, budgets, id, now), {
    lockedUntil: findLock(DB, budgets, id, now),
  })
  if (lockedUntil !== undefined) return { code: 'sectorOften' }
  return findSectorProblem(after, url, issuer)
}

/** For all clients that publish their metadata, in this isolate. */
const documents = new Documents<readonly string[]>(
  'sector_identifier_uri',
  (document) => {
    const listed = parseSectorDocument(document)
    if (listed === undefined) throw new Error('Not an array of strings')
    return listed
  },
  { longest: longestSectorDocument },
)

/** The same for a client that publishes its metadata, which are read repeatedly. */
export async function findPublishedSectorProblem(
  c: Context,
  client: Client,
): Promise<NamedProblem | undefined> {
  const { sectorIdentifierUri: url } = client.openid
  if (url === undefined) return undefined
  const { issuer, now } = c.var
  const keepAlive = (call: Promise<unknown>) => inBackground(c, 'fetch_sector', call)
  const reading = { url, issuer, now, client: client.id, keepAlive }
  const listed = await documents.read(reading)
  return typeof listed === 'string' ? { code: 'sectorUnreachable', url } : sectorProblem(client, url, listed)
}
