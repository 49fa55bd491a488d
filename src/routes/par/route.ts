import { authenticateClient, presentedClient } from '../../http/clients/authenticate.ts'
import { presentedNow } from '../../http/clients/presented-document.ts'
import { answerClient, type ClientAnswer, parseClientRequest } from '../../http/clients/request.ts'
import type { Context } from '../../http/context.ts'
import { answerMachine } from '../../http/machine-answers.ts'
import { originOf } from '../../http/peer.ts'
import { insideOf } from '../../http/requests/asked.ts'
import { verifyObject } from '../../http/requests/request-object.ts'
import { answerSigner } from '../../http/requests/signed-answer.ts'
import { claimOnce, presentedProof } from '../../http/tokens/dpop.ts'
import type { Client } from '../../rules/clients/client.ts'
import { rulesFor } from '../../rules/profile.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { readAsked } from '../../rules/requests/asked.ts'
import { checkRequest } from '../../rules/requests/checks.ts'
import { longestPushedQuery, pushedQuery, pushedRequestLifetime } from '../../rules/requests/pushed.ts'
import { responseModeOf } from '../../rules/requests/response-mode.ts'
import { checkProofAlgorithm } from '../../rules/tokens/dpop.ts'
import { hashSecret, makeSecret } from '../../secrets/secret.ts'
import { read, write } from '../../store/database.ts'
import { findDetailTypes } from '../../store/requests/detail-type.ts'
import { findScopes } from '../../store/requests/known-scopes.ts'
import { insertPushedRequest } from '../../store/requests/pushed-requests.ts'
import { findResources } from '../../store/requests/resources.ts'

/** POST /o/par, RFC 9126 §2: a client pushes its authorization request, and sends the person with a reference to it. */
export function post(c: Context): Promise<Response> {
  return answerClient(c, (pairs) => answerPush(c, pairs))
}

async function answerPush(c: Context, pairs: URLSearchParams): Promise<ClientAnswer> {
  const sent = parseClientRequest(c, pairs)
  if (isRefusal(sent)) return { client: undefined, outcome: sent }
  const { DB } = c.env
  const jwt = sent.parameters.get('request')
  const beside = readAsked({ parameters: sent.parameters, problem: undefined }, pairs)
  const { asked: inside, sent: object } =
    jwt === undefined ? { asked: beside } : await insideOf(c, jwt, beside, sent.credentials.clientId)
  const { stored, ...known } = await read(DB, {
    stored: presentedClient(c, sent.credentials),
    scopes: findScopes(DB, inside.scopeNames),
    resources: findResources(DB, isRefusal(inside.resources) ? [] : inside.resources),
    detailTypes: findDetailTypes(DB, inside.detailTypes),
  })
  const presented = await presentedNow(c, sent.credentials, stored)
  if (isRefusal(presented)) return { client: stored?.client, outcome: presented }
  const authenticated = await authenticateClient(c, sent.credentials, presented)
  if (isRefusal(authenticated)) return { client: presented?.client, outcome: authenticated }
  const { client } = authenticated
  // RFC 9126 §3: only the parameters in a request object count.
  const asked = object === undefined ? inside : await verifyObject(c, inside, object, client, c.var.now)
  const checked = checkRequest('pushed', { asked, client, ...known, server: c.var })
  if (isRefusal(checked)) return { client, outcome: checked }
  // The developer is told here, before a person sees a page that only says so.
  const signer = await answerSigner(c, client, responseModeOf(asked.parameters))
  if (isRefusal(signer)) return { client, outcome: signer }
  const proof = await presentedProof(c)
  if (isRefusal(proof)) return { client, outcome: proof }
  const weak = checkProofAlgorithm(proof?.alg, rulesFor(client, c.var.config.leastProfile).algorithms)
  if (weak !== undefined) return { client, outcome: weak }
  const bound = boundTo(object?.pairs ?? pairs, checked.dpopJkt, proof?.jkt)
  if (isRefusal(bound)) return { client, outcome: bound }
  const kept = await keep(c, client, pushedQuery(bound, client.id))
  if (isRefusal(kept) || proof === undefined) return { client, outcome: kept }
  // The proof is claimed last: the waiting requests of one network are limited, so its stored proofs are too.
  return { client, outcome: (await claimOnce(c, proof)) ?? kept }
}

/** RFC 9449 §10.1: a proof binds the code to its key, as `dpop_jkt` does. */
function boundTo(pairs: URLSearchParams, named: string | undefined, proven: string | undefined) {
  if (proven === undefined || proven === named) return pairs
  return named === undefined
    ? new URLSearchParams([...pairs, ['dpop_jkt', proven]])
    : refuse('invalid_dpop_proof', 'dpop_jkt differs from the key of the DPoP proof')
}

async function keep(c: Context, client: Client, query: string): Promise<Response | Refusal> {
  if (query.length > longestPushedQuery)
    return refuse('invalid_request', `The request is longer than ${longestPushedQuery} characters`)
  const { DB } = c.env
  const { now } = c.var
  const requestUri = makeSecret('pushed-request')
  const request = {
    hash: hashSecret(requestUri),
    client,
    query,
    origin: originOf(c, 'pushing-address'),
    expiresAt: now + pushedRequestLifetime,
  }
  const { isKept } = await write(DB, [], { isKept: insertPushedRequest(DB, request, now) })
  return isKept
    ? answerMachine({ request_uri: requestUri.plain, expires_in: pushedRequestLifetime }, 201)
    : refuse('temporarily_unavailable', 'Too many requests are waiting; try again later')
}
