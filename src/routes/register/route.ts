import { createHash, timingSafeEqual } from 'node:crypto'
import { registerItself } from '../../acts/clients/self-registration.ts'
import {
  answerRegistration,
  isGivenSecret,
  readMetadata,
  unregistered,
} from '../../http/clients/registration.ts'
import type { Context } from '../../http/context.ts'
import { allowEveryOrigin } from '../../http/cors.ts'
import { answerNotFound } from '../../http/failures.ts'
import { note } from '../../http/log.ts'
import { refuseMachine } from '../../http/machine-answers.ts'
import { originOf } from '../../http/peer.ts'
import { bearerOf } from '../../http/tokens/bearer.ts'
import type { Client } from '../../rules/clients/client.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { hashSecret, keepSecret, makeClientId, makeSecret } from '../../secrets/secret.ts'

/** POST /o/register, RFC 7591 §3: a client registers itself, if the setting REGISTRATION allows it. */
export async function post(c: Context): Promise<Response> {
  const { registration } = c.var.config
  if (registration.mode === 'off') return answerNotFound(c)
  if (registration.mode === 'token' && !showsInitialToken(c, registration.initialAccessToken)) {
    return refused(
      c,
      refuse('invalid_token', 'Send the initial access token of this server as a bearer token'),
    )
  }
  const read = await readMetadata(c, unregistered(makeClientId(), c.var.now), true)
  if (isRefusal(read)) return refused(c, read)
  const { metadata } = read
  const { now, reference } = c.var
  const client: Client = {
    ...read.client,
    ...(registration.approval ? { suspendedAt: now, approval: 'waiting' } : {}),
  }
  const accessToken = makeSecret('registration')
  const secret = isGivenSecret(metadata.authMethod) ? makeSecret('client') : undefined
  const registered = {
    client,
    accessToken: hashSecret(accessToken),
    secret: secret && keepSecret(secret),
    authMethod: metadata.authMethod,
    told: metadata.told,
    origin: originOf(c, 'registration-address'),
  }
  const asking = { db: c.env.DB, reference, now }
  const found = await registerItself(asking, registered, registration.mostOfNetwork)
  if (found === undefined) {
    const description = 'Too many clients were registered from this network since yesterday'
    return refused(c, refuse('temporarily_unavailable', description), 429)
  }
  note(c, { client: client.id })
  return answerRegistration(c, found, { ...metadata, secret, accessToken }, 201)
}

function refused(c: Context, refusal: Refusal, status?: number): Response {
  return allowEveryOrigin(refuseMachine(c, refusal, status))
}

/** RFC 7591 §3. Compared by digest, in constant time. */
function showsInitialToken(c: Context, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(bearerOf(c) ?? ''), digest(expected))
}
