import { authenticateClient, clientQueries } from '../../http/client-authentication.ts'
import { answerClient, type ClientAnswer, parseClientRequest } from '../../http/client-request.ts'
import type { Context } from '../../http/context.ts'
import { answerMachine } from '../../http/machine-answers.ts'
import { grantTypesOf } from '../../protocol/client.ts'
import { isRefusal, type Refusal, refuse } from '../../protocol/refusal.ts'
import { parseResources } from '../../protocol/resource.ts'
import { combined, type Query, read } from '../../store/database.ts'
import type { Redeem } from './grant.ts'
import { grants } from './grants.ts'

/** POST /o/token. The five phases, in order and the same for each grant: parse, authenticate, check, claim, issue. */
export function postToken(c: Context): Promise<Response> {
  return answerClient(c, (pairs) => answerTokenRequest(c, pairs))
}

async function answerTokenRequest(c: Context, pairs: URLSearchParams): Promise<ClientAnswer> {
  const request = parseClientRequest(c, pairs)
  if (isRefusal(request)) return { client: undefined, outcome: request }
  const { parameters, credentials } = request
  const grantType = parameters.get('grant_type')
  const resources = parseResources(pairs)
  const redeem = isRefusal(resources) ? resources : parseGrant(c, grantType, { parameters, resources })

  const queries = { ...clientQueries(c, credentials.clientId), redeem: isRefusal(redeem) ? nothing : redeem }
  const known = await read(c.env.DB, queries)
  const { client } = known
  const authenticated = await authenticateClient(c, credentials, known)
  if (isRefusal(authenticated)) return { client, outcome: authenticated }
  if (isRefusal(redeem)) return { client, outcome: redeem }
  // RFC 6749 §5.2.
  if (grantType === undefined || !grantTypesOf[authenticated.client.grantType].includes(grantType)) {
    return {
      client,
      outcome: refuse('unauthorized_client', 'The application is not registered for this grant type'),
    }
  }
  const outcome = await known.redeem(authenticated)
  return { client, outcome: isRefusal(outcome) ? outcome : answerMachine({ ...outcome }) }
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
