import { authenticateClient, clientQueries } from '../../http/client-authentication.ts'
import type { Context } from '../../http/context.ts'
import { allowClientOrigin } from '../../http/cors.ts'
import { readFormBody } from '../../http/form-body.ts'
import { answerMachine, refuseMachine } from '../../http/machine-answers.ts'
import { type Client, grantTypesOf } from '../../protocol/client.ts'
import { parseClientCredentials } from '../../protocol/client-credentials.ts'
import { parseParameters } from '../../protocol/parameters.ts'
import { isRefusal, type Refusal, refuse } from '../../protocol/refusal.ts'
import { read } from '../../store/database.ts'
import type { GrantRequest, TokenResponse } from './grant.ts'
import { grants } from './grants.ts'

/** POST /o/token. The five phases, in order and the same for each grant: parse, authenticate, check, claim, issue. */
export async function postToken(c: Context): Promise<Response> {
  const body = await readFormBody(c)
  if (!body.ok) {
    const refusal = refuse('invalid_request', body.description)
    return allowClientOrigin(c, undefined, refuseMachine(c, refusal, body.status))
  }
  const { client, outcome } = await answerTokenRequest(c, body.pairs)
  const response = isRefusal(outcome) ? refuseMachine(c, outcome) : answerMachine({ ...outcome })
  return allowClientOrigin(c, client, response)
}

interface Answer {
  /** Whose origins may read the answer. */
  readonly client: Client | undefined
  readonly outcome: TokenResponse | Refusal
}

async function answerTokenRequest(c: Context, pairs: URLSearchParams): Promise<Answer> {
  const { parameters, problem } = parseParameters(pairs)
  if (problem !== undefined) return { client: undefined, outcome: problem.refusal }
  const credentials = parseClientCredentials(c.req.header('authorization'), parameters)
  if (isRefusal(credentials)) return { client: undefined, outcome: credentials }

  const grantType = parameters.get('grant_type')
  const grant = grantType !== undefined && Object.hasOwn(grants, grantType) ? grants[grantType] : undefined
  const request = grant?.(c, parameters)
  const known = await load(c.env.DB, credentials.clientId, request)
  const { client } = known
  const authenticated = authenticateClient(credentials, known)
  if (isRefusal(authenticated)) return { client, outcome: authenticated }
  if (grantType === undefined) return { client, outcome: refuse('invalid_request', 'grant_type is missing') }
  if (request === undefined) {
    return {
      client,
      outcome: refuse('unsupported_grant_type', `grant_type must be of ${Object.keys(grants).join(', ')}`),
    }
  }
  // RFC 6749 §5.2.
  if (!grantTypesOf[authenticated.client.grantType].includes(grantType)) {
    return {
      client,
      outcome: refuse('unauthorized_client', 'The application is not registered for this grant type'),
    }
  }
  if (isRefusal(request)) return { client, outcome: request }
  if (known.redeem === undefined) throw new Error('A grant neither read nor redeems')
  return { client, outcome: await known.redeem(authenticated) }
}

/** The one batch of reading: the client, and what the grant asked for. */
async function load(db: D1Database, clientId: string, request: GrantRequest | Refusal | undefined) {
  const queries = clientQueries(db, clientId)
  if (request === undefined || isRefusal(request)) return { ...(await read(db, queries)), redeem: undefined }
  if ('query' in request) return read(db, { ...queries, redeem: request.query })
  return { ...(await read(db, queries)), redeem: request.redeem }
}
