import { startBackchannel } from '../../acts/requests/start-backchannel.ts'
import { authenticateClient, presentedClient } from '../../http/clients/authenticate.ts'
import { answerClient, type ClientAnswer, parseClientRequest } from '../../http/clients/request.ts'
import type { Context } from '../../http/context.ts'
import { answerMachine } from '../../http/machine-answers.ts'
import { readIdTokenHint } from '../../http/openid/id-token-hint.ts'
import { canMail, sendMail } from '../../http/people/mailer.ts'
import { deviceIn } from '../../http/requests/device.ts'
import type { Client } from '../../rules/clients/client.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { readAsked } from '../../rules/requests/asked.ts'
import {
  type BackchannelRequest,
  type PersonHint,
  parseBackchannel,
} from '../../rules/requests/backchannel.ts'
import { type Checked, checkRequest } from '../../rules/requests/checks.ts'
import { firstInterval } from '../../rules/requests/device.ts'
import { mailboxRule } from '../../rules/sign-in/lockout.ts'
import { randomText } from '../../secrets/secret.ts'
import { attemptSubject } from '../../secrets/try-subject.ts'
import { read, write } from '../../store/database.ts'
import { type AskedPerson, findAskedPerson } from '../../store/requests/backchannel-requests.ts'
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
  const asked = readAsked({ parameters: sent.parameters, problem: undefined }, pairs)
  const { stored, ...known } = await read(DB, {
    stored: presentedClient(c, sent.credentials),
    scopes: findScopes(DB, asked.scopeNames),
    resources: findResources(DB, isRefusal(asked.resources) ? [] : asked.resources),
    detailTypes: findDetailTypes(DB, asked.detailTypes),
  })
  const authenticated = await authenticateClient(c, sent.credentials, stored)
  if (isRefusal(authenticated)) return { client: stored?.client, outcome: authenticated }
  const { client } = authenticated
  const checked = checkRequest('backchannel', { asked, client, ...known, server: c.var })
  if (isRefusal(checked)) return { client, outcome: checked }
  const request = parseBackchannel(sent.parameters)
  return { client, outcome: isRefusal(request) ? request : await start(c, client, checked, request) }
}

async function start(
  c: Context,
  client: Client,
  { granted: { scope, resources }, details }: Checked<'backchannel'>,
  { hint, bindingMessage, lifetime }: BackchannelRequest,
): Promise<Response | Refusal> {
  const { DB } = c.env
  const meant = await readHint(c, client, hint)
  if (meant === undefined) return unknownPerson
  const { person } = await read(DB, { person: findAskedPerson(DB, meant) })
  if (person === undefined) return unknownPerson
  const asked = {
    clientId: client.id,
    userId: person.id,
    bindingMessage,
    scope,
    resources,
    details,
    lifetime,
    ...deviceIn(c),
  }
  const id = await startBackchannel(DB, asked, c.var.now)
  if (id === undefined)
    return refuse('temporarily_unavailable', 'Too many requests wait for an answer; try again later')
  await writeTo(c, client, person)
  return answerMachine({ auth_req_id: id, expires_in: lifetime, interval: firstInterval })
}

const unknownPerson = refuse('unknown_user_id', 'No user has this name or confirmed address')

/** An ID token must be one of ours for this client. With pairwise subjects it does not tell the user: undefined. */
async function readHint(c: Context, client: Client, hint: PersonHint): Promise<PersonHint | undefined> {
  if (hint.kind === 'login_hint') return hint
  const token = await readIdTokenHint(c, hint.value)
  const isPublic = client.openid.subjectType === 'public'
  return token?.clientId === client.id && isPublic ? { ...hint, value: token.subject } : undefined
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
