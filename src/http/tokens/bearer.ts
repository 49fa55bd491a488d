import type { Client } from '../../rules/clients/client.ts'
import { rulesFor } from '../../rules/profile.ts'
import { isRefusal, type Refusal, refuse, refuseScope } from '../../rules/refusal.ts'
import type { AccessToken } from '../../rules/tokens/access-token.ts'
import { jktOf, x5tOf } from '../../rules/tokens/confirmation.ts'
import { checkProofAlgorithm, type Proof } from '../../rules/tokens/dpop.ts'
import { combined, type Query } from '../../store/database.ts'
import type { LiveToken } from '../../store/tokens/revoked-access-tokens.ts'
import type { Seconds } from '../../values/time.ts'
import { presentedCertificate } from '../clients/certificate.ts'
import type { Context } from '../context.ts'
import { readAccessToken } from './access-token.ts'
import { claimOnce, presentedProof } from './dpop.ts'

/** An access token that was valid when the request was answered, and that its sender may use. Only `admit` creates one. */
export interface LiveAccessToken {
  readonly token: AccessToken
  readonly [live]: true
}
const live = Symbol('live')

/** An access token as it was sent: as a bearer token, or with a proof of its key (RFC 9449 §7.1). */
export interface PresentedToken {
  readonly scheme: 'Bearer' | 'DPoP'
  readonly token: string
}

/** A token, and the client that it was issued to. */
interface ClientToken extends LiveToken {
  readonly client: Client
}

/** The query that checks a token, and the other data that it reads. */
type Find<T extends ClientToken> = (db: D1Database, token: AccessToken, now: Seconds) => Query<T | undefined>

/** RFC 6750 §2.1. Undefined when the request has no bearer token at all. */
export function bearerOf(c: Context): string | undefined {
  return /^bearer +([\x21-\x7e]+) *$/i.exec(c.req.header('authorization') ?? '')?.[1]
}

/** The access token in the header, of either scheme. */
export function presentedToken(c: Context): PresentedToken | undefined {
  const bearer = bearerOf(c)
  if (bearer !== undefined) return { scheme: 'Bearer', token: bearer }
  const bound = /^dpop +([\x21-\x7e]+) *$/i.exec(c.req.header('authorization') ?? '')?.[1]
  return bound === undefined ? undefined : { scheme: 'DPoP', token: bound }
}

/** A valid token. Its proof has not been claimed yet. */
interface Shown<T> {
  readonly [shown]: T & { readonly token: AccessToken }
  readonly proof: Proof | undefined
}
const shown = Symbol('shown')

/**
 * Whether the token is valid, may be used by its sender, and has `scope` (RFC 6750 §3.1). One for another API is refused: otherwise
 * each API that receives a token could use it here (RFC 9068 §4, RFC 9700 §2.3). The read travels in the caller's batch. `admit`
 * opens the answer.
 */
export async function tokenQuery<T extends ClientToken>(
  c: Context,
  presented: PresentedToken,
  scope: string,
  find: Find<T>,
): Promise<Query<Shown<T> | Refusal>> {
  const { issuer } = c.var
  const token = await readAccessToken(c, presented.token)
  if (token === undefined) return combined({}, () => invalid('Not issued by this server, or expired'))
  const proof = await proofFor(c, presented, token)
  if (isRefusal(proof)) return combined({}, () => proof)
  return combined({ found: find(c.env.DB, token, c.var.now) }, ({ found }): Shown<T> | Refusal => {
    if (found === undefined) return invalid('The token was revoked')
    if (!token.audience.includes(issuer)) {
      const remedy = `ask for one with resource=${issuer}`
      return refuse('invalid_token', `The access token is for another API; ${remedy}`)
    }
    if (!found.scope.includes(scope)) return refuseScope(scope)
    // FAPI 2.0 §5.4.1. The same RSA key could sign with PS256 and RS256.
    const weak = checkProofAlgorithm(proof?.alg, rulesFor(found.client, c.var.config.leastProfile).algorithms)
    if (weak !== undefined) return weak
    return { [shown]: { ...found, token }, proof }
  })
}

/** Claims the proof, if there is one: only one of two requests with the same proof is answered. */
export async function admit<T>(
  c: Context,
  answer: Shown<T> | Refusal,
): Promise<(T & LiveAccessToken) | Refusal> {
  if (isRefusal(answer)) return answer
  const refusal = answer.proof && (await claimOnce(c, answer.proof))
  return refusal ?? { ...answer[shown], [live]: true }
}

/**
 * A bound token needs proof of its key: a DPoP proof (RFC 9449 §7.1, §7.2), or the certificate of the connection (RFC 8705 §3).
 * A token that is not bound is a bearer token.
 */
async function proofFor(
  c: Context,
  { scheme, token: text }: PresentedToken,
  { confirmation }: AccessToken,
): Promise<Proof | undefined | Refusal> {
  const jkt = jktOf(confirmation)
  if (jkt === undefined) {
    if (scheme === 'DPoP')
      return refuse('invalid_token', 'The access token is not bound to a key: send it as Bearer')
    return checkCertificate(c, x5tOf(confirmation))
  }
  if (scheme === 'Bearer')
    return refuse('invalid_token', 'The access token is bound to a key: send it as DPoP')
  const proof = await presentedProof(c, text)
  if (isRefusal(proof)) return proof
  if (proof === undefined) return refuse('invalid_dpop_proof', 'The DPoP proof is missing')
  return proof.jkt === jkt
    ? proof
    : refuse('invalid_token', 'The access token is bound to a different key than the DPoP proof')
}

function checkCertificate(c: Context, thumbprint: string | undefined): Refusal | undefined {
  if (thumbprint === undefined || presentedCertificate(c)?.thumbprint === thumbprint) return undefined
  return refuse(
    'invalid_token',
    'The access token is bound to a client certificate: send it with that certificate',
  )
}

function invalid(reason: string): Refusal {
  return refuse('invalid_token', 'The access token is not valid', reason)
}
