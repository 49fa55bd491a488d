import type { Client } from '../../rules/clients/client.ts'
import { algorithmsOf, rulesFor } from '../../rules/profile.ts'
import { type Refusal, refuse } from '../../rules/refusal.ts'
import type { Asked } from '../../rules/requests/asked.ts'
import { checkRequestObject } from '../../secrets/clients/request-object.ts'
import type { Seconds } from '../../values/time.ts'
import { clientKeySet } from '../clients/keys.ts'
import type { Context } from '../context.ts'

/** A request object whose signature was not verified yet. */
export interface SentObject {
  readonly jwt: string
  /** The parameters in it, as a query. */
  readonly pairs: URLSearchParams
  /** The parameters beside it: an answer about an object that can't be trusted goes where they say. */
  readonly beside: Asked
}

/** The parameters of the object, if the client signed it and it was valid at `at`. RFC 9101 §6.3: only those count. */
export async function verifyObject(
  c: Context,
  inside: Asked,
  { jwt, beside }: Pick<SentObject, 'jwt' | 'beside'>,
  client: Client | undefined,
  at: Seconds,
): Promise<Asked> {
  const refusal = client && (await checkObject(c, jwt, client, at))
  return refusal === undefined ? { ...inside, object: 'verified' } : { ...beside, object: refusal }
}

/** The registered algorithm, and whether every limit of time is required. */
export interface ExpectedObject {
  readonly alg: string | undefined
  readonly isStrict: boolean
}

/** `expected` undefined: an authorization request. */
export async function checkObject(
  c: Context,
  jwt: string,
  client: Client,
  at: Seconds,
  expected?: ExpectedObject,
): Promise<Refusal | undefined> {
  const { keys } = client.policy
  if (keys === undefined) return refuse('invalid_request_object', 'The application has no registered keys')
  const rules = rulesFor(client, c.var.config.leastProfile)
  const { alg, isStrict } = expected ?? {
    alg: client.openid.requestObjectAlg,
    isStrict: rules.signedRequests,
  }
  const accepted = {
    clientId: client.id,
    issuer: c.var.issuer,
    algorithms: algorithmsOf(rules, alg),
    isStrict,
  }
  return checkRequestObject(jwt, clientKeySet(c, client.id, keys), accepted, at)
}
