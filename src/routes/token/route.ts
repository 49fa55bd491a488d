import { authenticateClient, clientQueries, type KnownClient } from '../../http/clients/authenticate.ts'
import { answerClient, type ClientAnswer, parseClientRequest } from '../../http/clients/request.ts'
import type { Context } from '../../http/context.ts'
import { answerMachine } from '../../http/machine-answers.ts'
import { grantTypesOf } from '../../rules/clients/client.ts'
import type { ClientCredentials } from '../../rules/clients/credentials.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { parseResources } from '../../rules/requests/resource.ts'
import { countedToday } from '../../store/clients/activity.ts'
import { combined, type Query, read } from '../../store/database.ts'
import type { Redeem, TokenResponse } from './grant.ts'
import { grants } from './grants.ts'
import { noteOutcome } from './note-outcome.ts'

/** POST /o/token. The five phases, in order and the same for each grant: parse, authenticate, check, claim, issue. */
export function postToken(c: Context): Promise<Response> {
  return answerClient(c, (pairs) => answerTokenRequest(c, pairs))
}

/** What became of it is counted for whoever looks after the client. */
async function answerTokenRequest(c: Context, pairs: URLSearchParams): Promise<ClientAnswer> {
  const request = parseClientRequest(c, pairs)
  if (isRefusal(request)) return { client: undefined, outcome: request }
  const { parameters, credentials } = request
  const grantType = parameters.get('grant_type')
  const resources = parseResources(pairs)
  const redeem = isRefusal(resources) ? resources : parseGrant(c, grantType, { parameters, resources })

  const { DB } = c.env
  const known = await read(DB, {
    ...clientQueries(c, credentials.clientId),
    redeem: isRefusal(redeem) ? nothing : redeem,
    counted: countedToday(DB, credentials.clientId, c.var.now),
  })
  const { client, counted } = known
  const outcome = await decide(c, credentials, known, grantType, redeem)
  const refusal = isRefusal(outcome) ? outcome : undefined
  if (client !== undefined && (refusal !== undefined || grantType === 'client_credentials')) {
    noteOutcome(c, client, refusal, counted)
  }
  return { client, outcome: isRefusal(outcome) ? outcome : answerMachine({ ...outcome }) }
}

async function decide(
  c: Context,
  credentials: ClientCredentials,
  known: KnownClient & { readonly redeem: Redeem },
  grantType: string | undefined,
  redeem: Query<Redeem> | Refusal,
): Promise<TokenResponse | Refusal> {
  const authenticated = await authenticateClient(c, credentials, known)
  if (isRefusal(authenticated)) return authenticated
  if (isRefusal(redeem)) return redeem
  // RFC 6749 §5.2.
  if (grantType === undefined || !grantTypesOf[authenticated.client.grantType].includes(grantType)) {
    return refuse('unauthorized_client', 'The application is not registered for this grant type')
  }
  return known.redeem(authenticated)
}

function parseGrant(c: Context, type: string | undefined, request: Parameters<(typeof grants)[string]>[1]) {
  if (type === undefined) return refuse('invalid_request', 'grant_type is missing')
  const grant = Object.hasOwn(grants, type) ? grants[type] : undefined
  return (
    grant?.(c, request) ??
    refuse('unsupported_grant_type', `grant_type must be of ${Object.keys(grants).join(', ')}`)
  )
}

/** For a request whose grant can't be read: the client is authenticated all the same, and hears of that first. */
const nothing: Query<Redeem> = combined(
  {},
  () => async (): Promise<Refusal> => refuse('invalid_request', 'Nothing was asked for'),
)
