import { startDevice } from '../../acts/requests/start-device.ts'
import { authenticateClient, presentedClient } from '../../http/clients/authenticate.ts'
import { presentedNow } from '../../http/clients/presented-document.ts'
import { answerClient, type ClientAnswer, parseClientRequest } from '../../http/clients/request.ts'
import type { Context } from '../../http/context.ts'
import { answerMachine } from '../../http/machine-answers.ts'
import { deviceIn } from '../../http/requests/device.ts'
import type { Client } from '../../rules/clients/client.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { readAsked } from '../../rules/requests/asked.ts'
import { type Checked, checkRequest } from '../../rules/requests/checks.ts'
import { deviceCodeLifetime, firstInterval } from '../../rules/requests/device.ts'
import { read } from '../../store/database.ts'
import { findDetailTypes } from '../../store/requests/detail-type.ts'
import { findScopes } from '../../store/requests/known-scopes.ts'
import { findResources } from '../../store/requests/resources.ts'

/** POST /o/device-authorization, RFC 8628 §3.1: a device requests a code that a person types elsewhere. */
export function post(c: Context): Promise<Response> {
  return answerClient(c, (pairs) => answerDevice(c, pairs))
}

async function answerDevice(c: Context, pairs: URLSearchParams): Promise<ClientAnswer> {
  const request = parseClientRequest(c, pairs)
  if (isRefusal(request)) return { client: undefined, outcome: request }
  const { DB } = c.env
  const asked = readAsked({ parameters: request.parameters, problem: undefined }, pairs)
  const { stored, ...known } = await read(DB, {
    stored: presentedClient(c, request.credentials),
    scopes: findScopes(DB, asked.scopeNames),
    resources: findResources(DB, isRefusal(asked.resources) ? [] : asked.resources),
    detailTypes: findDetailTypes(DB, asked.detailTypes),
  })
  const presented = await presentedNow(c, request.credentials, stored)
  if (isRefusal(presented)) return { client: stored?.client, outcome: presented }
  const authenticated = await authenticateClient(c, request.credentials, presented)
  if (isRefusal(authenticated)) return { client: presented?.client, outcome: authenticated }
  const { client } = authenticated
  const checked = checkRequest('device', { asked, client, ...known, server: c.var })
  return { client, outcome: isRefusal(checked) ? checked : await start(c, client, checked) }
}

async function start(
  c: Context,
  client: Client,
  { granted: { scope, resources }, details }: Checked<'device'>,
): Promise<Response | Refusal> {
  const { now, config, issuer, paths } = c.var
  const device = { scope, resources, details, client, ...deviceIn(c), secret: config.keyEncryptionSecret }
  const started = await startDevice(c.env.DB, device, now)
  if (started === undefined)
    return refuse(
      'temporarily_unavailable',
      'Too many devices of this network are waiting for an answer; try again later',
    )
  const verificationUri = issuer + paths.device
  return answerMachine({
    device_code: started.deviceCode,
    user_code: started.userCode,
    verification_uri: verificationUri,
    verification_uri_complete: `${verificationUri}?user_code=${started.userCode}`,
    expires_in: deviceCodeLifetime,
    interval: firstInterval,
  })
}
