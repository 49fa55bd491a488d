import { startBackchannel } from '../../acts/requests/start-backchannel.ts'
import { authenticateClient, presentedClient } from '../../http/clients/authenticate.ts'
import { answerClient, type ClientAnswer, parseClientRequest } from '../../http/clients/request.ts'
import type { Context } from '../../http/context.ts'
import { answerMachine } from '../../http/machine-answers.ts'
import { readIdTokenHint } from '../../http/openid/id-token-hint.ts'
import { canMail, sendMail } from '../../http/people/mailer.ts'
import { checkSignedRequest, readBackchannelRequest } from '../../http/requests/backchannel-object.ts'
import { deviceIn } from '../../http/requests/device.ts'
import type { Client } from '../../rules/clients/client.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import type { Asked } from '../../rules/requests/asked.ts'
import {
  type BackchannelRequest,
  type PersonHint,
  parseBackchannel,
} from '../../rules/requests/backchannel.ts'
import { type Checked, checkRequest } from '../../rules/requests/checks.ts'
import { firstInterval } from '../../rules/requests/device.ts'
import { mailboxRule } from '../../rules/sign-in/lockout.ts'
import type { UsedOnce } from '../../secrets/clients/client-assertion.ts'
import { randomText } from '../../secrets/secret.ts'
import { attemptSubject } from '../../secrets/try-subject.ts'
import { read, write } from '../../store/database.ts'
import {
  type AskedPerson,
  findAskedPerson,
  type MeantPerson,
} from '../../store/requests/backchannel-requests.ts'
import { findDetailTypes } from '../../store/requests/detail-type.ts'
import { findScopes } from '../../store/requests/known-scopes.ts'
import { findResources } from '../../store/requests/resources.ts'
import { claimAttempt, findLock } from '../../store/sign-in/tries.ts'

/** POST /o/backchannel-authentication, CIBA Core §7: an application asks a person, who answers on their account page. */
export function post(c: Context): Promise<Response> {
  return answerClient(c, (pairs) => answerBackchannel(c, pairs))
}

async function answerBackchannel(c: Context, pairs: URLSearchParams): Promise<ClientAnswer> {
  const sent = parseClientRequest(c, pairs)
  if (isRefusal(sent)) return { client: undefined, outcome: sent }
  const { DB } = c.env
  const inside = readBackchannelRequest(sent, pairs)
  const { stored, ...known } = await read(DB, {
    stored: presentedClient(c, sent.credentials),
    scopes: findScopes(DB, inside.scopeNames),
    resources: findResources(DB, isRefusal(inside.resources) ? [] : inside.resources),
    detailTypes: findDetailTypes(DB, inside.detailTypes),
  })
  const authenticated = await authenticateClient(c, sent.credentials, stored)
  if (isRefusal(authenticated)) return { client: stored?.client, outcome: authenticated }
  const { client } = authenticated
  const jwt = sent.parameters.get('request')
  const isSigned = jwt !== undefined && inside.object === undefined
  const once = isSigned ? await checkSignedRequest(c, jwt, client) : undefined
  const asked: Asked =
    once === undefined ? inside : { ...inside, object: isRefusal(once) ? once : 'verified' }
  const checked = checkRequest('backchannel', { asked, client, ...known, server: c.var })
  if (isRefusal(checked)) return { client, outcome: checked }
  const request = parseBackchannel(asked.parameters)
  if (isRefusal(request)) return { client, outcome: request }
  return {
    client,
    outcome: await start(c, client, checked, { ...request, once: isRefusal(once) ? undefined : once }),
  }
}

async function start(
  c: Context,
  client: Client,
  { granted: { scope, resources }, details }: Checked<'backchannel'>,
  { hint, bindingMessage, lifetime, once }: BackchannelRequest & { readonly once: UsedOnce | undefined },
): Promise<Response | Refusal> {
  const { DB } = c.env
  const meant = await readHint(c, client, hint)
  if (meant === undefined) return unknownPerson
  const { person } = await read(DB, { person: findAskedPerson(DB, meant) })
  if (person === undefined) return unknownPerson
  const asked = {
    client,
    once,
    userId: person.id,
    bindingMessage,
    scope,
    resources,
    details,
    lifetime,
    ...deviceIn(c),
  }
  const started = await startBackchannel(DB, asked, c.var.now)
  if (started === 'used') return refuse('invalid_request', 'The signed request was already used')
  if (started === 'many')
    return refuse('temporarily_unavailable', 'Too many requests wait for an answer; try again later')
  await writeTo(c, client, person)
  return answerMachine({ auth_req_id: started.id, expires_in: lifetime, interval: firstInterval })
}

const unknownPerson = refuse('unknown_user_id', 'No user has this name or confirmed address')

/** An ID token must be one of ours for this client. A pairwise subject tells no user, but its authorization does. */
async function readHint(c: Context, client: Client, hint: PersonHint): Promise<MeantPerson | undefined> {
  if (hint.kind === 'login_hint') return { name: hint.value }
  const token = await readIdTokenHint(c, hint.value)
  return token?.clientId === client.id ? token : undefined
}

/** Each person gets a few mails a day, and then one in half an hour: their account page shows every request anyway. */
async function writeTo(
  c: Context,
  client: Client,
  { id, username, email, languages }: AskedPerson,
): Promise<void> {
  if (email === undefined || !canMail(c)) return
  const { DB } = c.env
  const { now, issuer, paths } = c.var
  const budget = { subject: attemptSubject('backchannel', id), rule: mailboxRule }
  const attemptId = randomText(16)
  const { lock } = await write(DB, claimAttempt(DB, [budget], attemptId, now), {
    lock: findLock(DB, [budget], attemptId, now),
  })
  if ((lock ?? 0) > now) return
  const url = issuer + paths.accountRequests
  sendMail(
    c,
    email,
    { name: 'signInAsked', username, application: client.name, url },
    { userId: id, languages },
  )
}
