import { changeRegistration, endRegistration } from '../../../acts/clients/self-registration.ts'
import { clientIdOf } from '../../../http/clients/managed.ts'
import { answerRegistration, isGivenSecret, readMetadata } from '../../../http/clients/registration.ts'
import type { Context } from '../../../http/context.ts'
import { allowEveryOrigin } from '../../../http/cors.ts'
import { refuseMachine } from '../../../http/machine-answers.ts'
import { bearerOf } from '../../../http/tokens/bearer.ts'
import type { Client } from '../../../rules/clients/client.ts'
import { isSameRegistration } from '../../../rules/clients/registration.ts'
import { sharesHosts } from '../../../rules/openid/subject.ts'
import { isRefusal, type Refusal, refuse } from '../../../rules/refusal.ts'
import { hashSecret, keepSecret, makeSecret, readSecret } from '../../../secrets/secret.ts'
import { findClient } from '../../../store/clients/clients.ts'
import { findRegistration, type Registration } from '../../../store/clients/registrations.ts'
import { type ClientSecret, listLiveSecrets } from '../../../store/clients/secrets.ts'
import { read } from '../../../store/database.ts'
import type { Secret } from '../../../values/secret.ts'

/** GET /o/register/{client_id}, RFC 7592 §2.1: a client reads its registration. */
export async function get(c: Context): Promise<Response> {
  const found = await findOwn(c)
  if (isRefusal(found)) return refused(c, found)
  const { client, registration, accessToken } = found
  return answerRegistration(c, client, { ...registration, secret: undefined, accessToken }, 200)
}

/** PUT, RFC 7592 §2.2: the new metadata replaces the old. */
export async function put(c: Context): Promise<Response> {
  const found = await findOwn(c)
  if (isRefusal(found)) return refused(c, found)
  const sent = await readMetadata(c, found.client, false)
  if (isRefusal(sent)) return refused(c, sent)
  if (sent.sent.client_id !== found.client.id)
    return refused(c, refuse('invalid_client_metadata', 'client_id does not match this registration'))
  const { DB } = c.env
  const { now, reference, config } = c.var
  const { metadata, accessToken } = { ...sent, accessToken: found.accessToken }
  const { secrets } = await read(DB, { secrets: listLiveSecrets(DB, found.client.id, now) })
  if (!isOwnSecret(sent.sent.client_secret, secrets))
    return refused(c, refuse('invalid_client_metadata', 'client_secret is not the secret of this client'))
  const secret = isGivenSecret(metadata.authMethod) && secrets.length === 0 ? makeSecret('client') : undefined
  const client = withSector(found.client, sent.client)
  const changed = {
    before: found.client,
    client,
    approval: config.registration.approval,
    accessToken: hashSecret(accessToken),
    secret: secret && keepSecret(secret),
    authMethod: metadata.authMethod,
    told: metadata.told,
  }
  const saved = await changeRegistration({ db: DB, reference, now }, changed)
  if (saved === undefined) return refused(c, gone)
  if (!isSameRegistration(client, saved) || !isSameRegistration(saved, client))
    return refused(
      c,
      refuse(
        'temporarily_unavailable',
        'The registration was changed by another request; send this one again',
      ),
    )
  return answerRegistration(c, saved, { ...metadata, secret, accessToken }, 200)
}

/** DELETE, RFC 7592 §2.3: deletes the client, its authorizations and its tokens. */
export async function remove(c: Context): Promise<Response> {
  const found = await findOwn(c)
  if (isRefusal(found)) return refused(c, found)
  const { now, reference, config } = c.var
  const asking = { db: c.env.DB, reference, now }
  const outcome = await endRegistration(asking, found.client.id, hashSecret(found.accessToken), config.plan)
  if (outcome === 'more') {
    return refused(
      c,
      refuse('temporarily_unavailable', 'There is a lot to delete; send this request again to continue'),
    )
  }
  return allowEveryOrigin(new Response(null, { status: 204, headers: { 'Cache-Control': 'no-store' } }))
}

/** RFC 7592 §2.2: a client may repeat its secret, and can't choose one. */
function isOwnSecret(sent: unknown, secrets: readonly ClientSecret[]): boolean {
  if (sent === undefined || sent === null) return true
  const secret = typeof sent === 'string' ? readSecret('client', sent) : undefined
  const hash = secret && hashSecret(secret).sha256
  return secrets.some((one) => one.hash.sha256 === hash)
}

interface Own {
  readonly client: Client
  readonly registration: Registration
  readonly accessToken: Secret<'registration'>
}

const gone = refuse('invalid_token', 'The registration access token is not valid')

/** RFC 7592 §2: one answer for a wrong token and for a deleted client. */
async function findOwn(c: Context): Promise<Own | Refusal> {
  const accessToken = readSecret('registration', bearerOf(c) ?? '')
  if (accessToken === undefined) return gone
  const { DB } = c.env
  const clientId = clientIdOf(c)
  const { client, registration } = await read(DB, {
    client: findClient(DB, clientId),
    registration: findRegistration(DB, clientId, hashSecret(accessToken)),
  })
  return client === undefined || registration === undefined ? gone : { client, registration, accessToken }
}

/** OIDC Core §8.1: with other hosts, people have other identifiers until an administrator decides otherwise. */
function withSector(before: Client, after: Client): Client {
  const sectorMoved = before.openid.sectorMoved || !sharesHosts(before.redirectUris, after.redirectUris)
  return { ...after, openid: { ...after.openid, sectorMoved } }
}

function refused(c: Context, refusal: Refusal): Response {
  return allowEveryOrigin(refuseMachine(c, refusal))
}

export { remove as delete }
