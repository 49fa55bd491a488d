import { authenticateClient, presentedClient } from '../../http/clients/authenticate.ts'
import { encryptionFor } from '../../http/clients/encryption.ts'
import { publishedKeySet } from '../../http/clients/keys.ts'
import { isPublished } from '../../http/clients/metadata-document.ts'
import { unregistered } from '../../http/clients/registration.ts'
import { answerClient, type ClientAnswer, parseClientRequest } from '../../http/clients/request.ts'
import type { Context } from '../../http/context.ts'
import { inBackground } from '../../http/log.ts'
import { answerMachine } from '../../http/machine-answers.ts'
import { readAccessToken, readIdToken } from '../../http/tokens/access-token.ts'
import { makeNonce } from '../../http/tokens/dpop.ts'
import { provenKey } from '../../http/tokens/proven-key.ts'
import { signingKeys } from '../../http/tokens/signing.ts'
import { backchannelGrant, type Client, deviceCodeGrant, grantTypesFor } from '../../rules/clients/client.ts'
import type { ClientCredentials } from '../../rules/clients/credentials.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { parseDetails } from '../../rules/requests/authorization-details.ts'
import { parseResources } from '../../rules/requests/resource.ts'
import { jwtBearerGrant } from '../../rules/tokens/assertion.ts'
import { tokenExchangeGrant } from '../../rules/tokens/exchange.ts'
import type { PresentedClient } from '../../store/clients/secrets.ts'
import { combined, read } from '../../store/database.ts'
import type { GrantRequest, Redeem, TokenResponse, TokenServer } from './grant.ts'
import { grants } from './grants.ts'
import { noteOutcome } from './note-outcome.ts'

/** Grants without registration: administrators decide who may use them, and for what. */
const policed: readonly string[] = [tokenExchangeGrant, jwtBearerGrant]

/** Grants of requests that may contain authorization details. RFC 9396 §6. */
const detailed: readonly string[] = ['authorization_code', 'refresh_token', deviceCodeGrant, backchannelGrant]

/** POST /o/token. The five phases, in order and the same for each grant: parse, authenticate, check, claim, issue. */
export function post(c: Context): Promise<Response> {
  return answerClient(c, (pairs) => answerTokenRequest(c, pairs))
}

/** The outcome is counted for the owner of the client. */
async function answerTokenRequest(c: Context, pairs: URLSearchParams): Promise<ClientAnswer> {
  const request = parseClientRequest(c, pairs)
  if (isRefusal(request)) return { client: undefined, outcome: request }
  const { parameters, credentials } = request
  const grantType = parameters.get('grant_type')
  const server = tokenServer(c)
  // oidc-agent names the API by `audience` when it refreshes. RFC 8693 §2.1 has both names.
  const namesAudience = grantType === 'refresh_token' || grantType === tokenExchangeGrant
  const resources = parseResources(pairs, namesAudience ? 'audience' : undefined)
  const details = parseDetails(parameters.get('authorization_details'))
  const resourceNames = pairs.getAll('resource')
  const asked = isRefusal(resources)
    ? resources
    : isRefusal(details)
      ? details
      : parseGrant(server, grantType, { parameters, resources, resourceNames, details })

  const known = await read(server.db, {
    presented: presentedClient(c, credentials, grantType === 'client_credentials'),
    // A refusal waits until the client has authenticated: an unauthenticated caller learns nothing else first.
    redeem: isRefusal(asked) ? combined({}, () => asked) : asked,
  })
  const client = known.presented?.client
  const outcome = await decide(c, credentials, known, grantType)
  if (client !== undefined) {
    const refusal = isRefusal(outcome) ? outcome : undefined
    const noted = noteOutcome(server, client, refusal)
    if (noted !== undefined) inBackground(c, 'count_outcome', noted)
  }
  if (isRefusal(outcome)) return { client, outcome }
  const response = answerMachine({ ...outcome })
  if (server.config.dpopNonce) response.headers.set('DPoP-Nonce', makeNonce(c))
  return { client, outcome: response }
}

async function decide(
  c: Context,
  credentials: ClientCredentials,
  known: { readonly presented: PresentedClient | undefined; readonly redeem: Redeem | Refusal },
  grantType: string | undefined,
): Promise<TokenResponse | Refusal> {
  const waiting = waitingClient(c, credentials, known.presented, grantType)
  if (waiting !== undefined) return isRefusal(known.redeem) ? known.redeem : known.redeem(waiting)
  const authenticated = await authenticateClient(c, credentials, known.presented)
  if (isRefusal(authenticated)) return authenticated
  const { client } = authenticated
  // RFC 6749 §5.2: a grant that this client may not use is reported before errors in the request for it.
  const exists = grantType !== undefined && Object.hasOwn(grants, grantType)
  if (exists && !grantTypesFor(client).includes(grantType) && !policed.includes(grantType)) {
    return refuse('unauthorized_client', `The application is not registered for the grant type ${grantType}`)
  }
  return isRefusal(known.redeem) ? known.redeem : known.redeem(client, known.presented?.scopesVersion)
}

/**
 * A client that publishes its metadata, and that nobody has allowed yet. Its device may poll (RFC 8628 §3.4): it shows the
 * device code, and gets no token before a person's answer has stored the client and its keys.
 */
function waitingClient(
  c: Context,
  { clientId }: ClientCredentials,
  presented: PresentedClient | undefined,
  grantType: string | undefined,
): Client | undefined {
  if (presented !== undefined || grantType !== deviceCodeGrant || !isPublished(c, clientId)) return undefined
  return unregistered(clientId, c.var.now)
}

function parseGrant(server: TokenServer, type: string | undefined, request: GrantRequest) {
  if (type === undefined) return refuse('invalid_request', 'grant_type is missing')
  if (request.details.length > 0 && !detailed.includes(type))
    return refuse('invalid_authorization_details', 'Authorization details need the consent of a person')
  const grant = Object.hasOwn(grants, type) ? grants[type] : undefined
  return (
    grant?.(server, request) ??
    refuse('unsupported_grant_type', `grant_type must be one of ${Object.keys(grants).join(', ')}`)
  )
}

function tokenServer(c: Context): TokenServer {
  const { config, issuer, paths, now, reference } = c.var
  const { DB: db, CODES: codes } = c.env
  return {
    db,
    codes,
    config,
    issuer,
    paths,
    now,
    reference,
    readAccessToken: (presented) => readAccessToken(c, presented),
    readIdToken: (presented) => readIdToken(c, presented),
    keysAt: (url, clientId) => publishedKeySet(c, clientId, url),
    provenKey: (client, bound) => provenKey(c, client, bound),
    idTokenEncryption: (client) => encryptionFor(c, client, 'idToken'),
    signingKeys: (needed) => signingKeys(c, needed),
  }
}
