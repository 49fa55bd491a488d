import { Documents } from '../../acts/documents.ts'
import { callProblem } from '../../rules/callable-url.ts'
import type { Client } from '../../rules/clients/client.ts'
import {
  documentHost,
  isAllowedHost,
  isDocumentUrl,
  longestMetadataDocument,
  parseMetadataDocument,
} from '../../rules/clients/metadata-document.ts'
import { isSameRegistration } from '../../rules/clients/registration.ts'
import type { FoundClient, OwnedClient } from '../../store/clients/clients.ts'
import { read } from '../../store/database.ts'
import { listAllScopes, type RegisteredScope } from '../../store/requests/scopes.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import type { Seconds } from '../../values/time.ts'
import type { Context } from '../context.ts'
import { inBackground } from '../log.ts'
import { mostScopes, unregistered } from './registration.ts'
import { findPublishedSectorProblem } from './sector.ts'

/** For all clients, in this isolate. */
const published = new Documents<unknown>('client_id_metadata_document', (document) => document, {
  longest: longestMetadataDocument,
  jsonOnly: true,
})

/** Whether this `client_id` is the URL of a document that is allowed here. */
export function isPublished(c: Context, clientId: string | undefined): clientId is string {
  const { documents } = c.var.config.registration
  return (
    documents !== undefined &&
    clientId !== undefined &&
    isDocumentUrl(clientId) &&
    callProblem(clientId, c.var.issuer) === undefined &&
    isAllowedHost(clientId, documents)
  )
}

/** Why a document is unusable now; `reason` is logged. */
export interface Unpublished {
  readonly unpublished: 'unreachable' | 'invalid'
  readonly reason: string
}

/** Whether looking at this document now sends a request. */
export function needsFetch(c: Context, clientId: string): boolean {
  return published.isNeeded(clientId, c.var.now)
}

/**
 * A client as it is now: one that publishes a metadata document is as its current document describes it. Of the visitors, only
 * a signed-in person makes this server fetch one: until then the request waits at the sign-in page.
 */
export async function findClientNow<F extends FoundClient>(
  c: Context,
  clientId: string | undefined,
  { owned, session }: { readonly owned: F | undefined; readonly session: Session | undefined },
): Promise<F | OwnedClient | undefined | Unpublished> {
  const isFromDocument = owned === undefined || owned.client.registeredBy === 'document'
  if (!isFromDocument) return owned
  // A host that is no longer allowed has no clients here.
  if (!isPublished(c, clientId)) return undefined
  if (session === undefined) return { unpublished: 'unreachable', reason: 'Nobody is signed in yet' }
  return readPublished(c, clientId, owned?.client)
}

/**
 * The client as its document describes it now, combined with what is stored here: its suspension, and an administrator's
 * decision, as long as the reviewed data is unchanged. Failures are remembered for half a minute, and never treated as an
 * unknown client.
 */
export async function readPublished(
  c: Context,
  clientId: string,
  known: Client | undefined,
): Promise<OwnedClient | Unpublished> {
  const described = await readDescribed(c, clientId, known)
  if ('unpublished' in described && described.unpublished === 'invalid') published.distrust(clientId)
  return described
}

async function readDescribed(
  c: Context,
  clientId: string,
  known: Client | undefined,
): Promise<OwnedClient | Unpublished> {
  const { issuer, now } = c.var
  const document = await readDocument(c, clientId)
  if (typeof document === 'string') return { unpublished: 'unreachable', reason: `The document: ${document}` }
  const { scopes } = await read(c.env.DB, { scopes: listAllScopes(c.env.DB, mostScopes) })
  const isChosen = known?.openid.scopeIsChosen === true
  const mayHave = ({ name, restricted }: RegisteredScope) =>
    isChosen ? known.policy.scope.includes(name) : !restricted
  const allowed = scopes.filter(mayHave).map(({ name }) => name)
  const template = templateOf(clientId, known, now)
  const parsed = parseMetadataDocument(document, template, allowed, issuer)
  if ('problems' in parsed) {
    const [first] = parsed.problems
    return { unpublished: 'invalid', reason: `The document: ${first?.field} is wrong` }
  }
  const { suspendedAt, ownerId = '', createdAt = now } = known ?? {}
  const described = { ...template, ...parsed.client, suspendedAt, ownerId, createdAt }
  const problem = await findPublishedSectorProblem(c, described)
  if (problem?.code === 'sectorUnreachable')
    return { unpublished: 'unreachable', reason: 'The document: sector_identifier_uri could not be read' }
  if (problem !== undefined)
    return {
      unpublished: 'invalid',
      reason: `The document: sector_identifier_uri is wrong (${problem.code})`,
    }
  // Exactly the same: any change of the document needs a new review.
  const isSame =
    known !== undefined && isSameRegistration(known, described) && isSameRegistration(described, known)
  const client = { ...described, trust: isSame ? known.trust : described.trust }
  return { client, ownerName: documentHost(clientId), ownerEmail: undefined, logo: undefined }
}

function readDocument(c: Context, clientId: string): Promise<unknown> {
  const { issuer, now } = c.var
  const keepAlive = (call: Promise<unknown>) => inBackground(c, 'fetch_client', call)
  return published.read({ url: clientId, issuer, now, client: clientId, keepAlive })
}

/**
 * The keys of a client that is stored here, and how it uses them. For one with a document, as that says now: a key that was
 * removed there no longer counts (draft-ietf-oauth-client-id-metadata-document-03 §8.4.1). A text: why it can't be read.
 */
export async function findCurrent(
  c: Context,
  known: Client,
): Promise<Pick<Client, 'policy' | 'openid'> | string> {
  if (known.registeredBy !== 'document') return known
  const document = await readDocument(c, known.id)
  if (typeof document === 'string') return `The document: ${document}`
  const template = templateOf(known.id, known, c.var.now)
  const parsed = parseMetadataDocument(document, template, known.policy.scope, c.var.issuer)
  return 'problems' in parsed ? template : parsed.client
}

/** The values that the document can't set: as an administrator set them, once the client is stored here. */
function templateOf(clientId: string, known: Client | undefined, now: Seconds): Client {
  const template: Client = { ...unregistered(clientId, now), registeredBy: 'document' }
  if (known === undefined) return template
  const { scope, keys } = template.policy
  const { needsTwoFactors, refreshTokens, claimsInIdToken, accessTokenAlg, sectorIdentifier, scopeIsChosen } =
    known.openid
  return {
    ...template,
    policy: { ...known.policy, scope, keys },
    openid: {
      ...template.openid,
      needsTwoFactors,
      refreshTokens,
      scopeIsChosen,
      claimsInIdToken,
      accessTokenAlg,
      sectorIdentifier,
    },
  }
}
