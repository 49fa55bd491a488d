import { startDevice } from '../../acts/requests/start-device.ts'
import { authenticateClient, presentedClient } from '../../http/clients/authenticate.ts'
import { answerClient, type ClientAnswer, parseClientRequest } from '../../http/clients/request.ts'
import type { Context } from '../../http/context.ts'
import { answerMachine } from '../../http/machine-answers.ts'
import { deviceIn } from '../../http/requests/device.ts'
import { type Client, isRegisteredFor } from '../../rules/clients/client.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { deviceCodeLifetime, firstInterval } from '../../rules/requests/device.ts'
import { parseResources, type Resource, resolveResources } from '../../rules/requests/resource.ts'
import {
  checkScope,
  defaultScope,
  parseScope,
  type Scope,
  type ScopeDefinition,
  scopeOf,
} from '../../rules/requests/scope.ts'
import { read } from '../../store/database.ts'
import { findResources } from '../../store/requests/resources.ts'
import { findScopes } from '../../store/requests/scopes.ts'

/** POST /o/device-authorization, RFC 8628 §3.1: a device asks for a code that a person types elsewhere. */
export function post(c: Context): Promise<Response> {
  return answerClient(c, (pairs) => answerDevice(c, pairs))
}

async function answerDevice(c: Context, pairs: URLSearchParams): Promise<ClientAnswer> {
  const request = parseClientRequest(c, pairs)
  if (isRefusal(request)) return { client: undefined, outcome: request }
  const { DB } = c.env
  const text = request.parameters.get('scope')
  const scope = text === undefined ? undefined : parseScope(text)
  const resources = parseResources(pairs)
  const known = await read(DB, {
    presented: presentedClient(c, request.credentials),
    scopes: findScopes(DB, isRefusal(scope) ? [] : (scope ?? defaultScope)),
    resources: findResources(DB, isRefusal(resources) ? [] : resources),
  })
  const client = known.presented?.client
  const authenticated = await authenticateClient(c, request.credentials, known.presented)
  if (isRefusal(authenticated)) return { client, outcome: authenticated }
  const asked = checkDeviceRequest(c, authenticated.client, { scope, resources }, known)
  if (isRefusal(asked)) return { client, outcome: asked }
  return { client, outcome: await start(c, authenticated.client, asked) }
}

interface Asked {
  readonly scope: Scope | Refusal | undefined
  readonly resources: readonly string[] | Refusal
}

/** The same rules as for an authorization request, as far as this one has the parameters. */
function checkDeviceRequest(
  c: Context,
  client: Client,
  { scope, resources }: Asked,
  known: { readonly scopes: readonly ScopeDefinition[]; readonly resources: readonly Resource[] },
): { readonly scope: Scope; readonly resources: readonly string[] } | Refusal {
  if (!isRegisteredFor(client, 'device-code'))
    return refuse('unauthorized_client', 'The application is not registered for the device code grant')
  if (isRefusal(scope)) return scope
  if (isRefusal(resources)) return resources
  const granted = checkScope(scope, known.scopes, client, c.var)
  if (isRefusal(granted)) return granted
  const resolved = resolveResources(resources, known.resources, granted, c.var)
  return isRefusal(resolved) ? resolved : { scope: scopeOf(granted), resources: resolved }
}

async function start(
  c: Context,
  client: Client,
  asked: { readonly scope: Scope; readonly resources: readonly string[] },
): Promise<Response | Refusal> {
  const { now, config, issuer, paths } = c.var
  const device = { ...asked, client, ...deviceIn(c), secret: config.keyEncryptionSecret }
  const started = await startDevice(c.env.DB, device, now)
  if (started === undefined)
    return refuse(
      'temporarily_unavailable',
      'Too many devices of this network wait for an answer; try again later',
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
