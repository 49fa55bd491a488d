import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { isMtlsHost } from '../../rules/server/issuer.ts'
import type { Proof } from '../../rules/tokens/dpop.ts'
import { isMacOf, mac } from '../../secrets/derived-keys.ts'
import { readProof } from '../../secrets/tokens/dpop-proof.ts'
import { read } from '../../store/database.ts'
import type { Use } from '../../store/sign-in/used-challenges.ts'
import { claimProof } from '../../store/tokens/used-proofs.ts'
import type { Seconds } from '../../values/time.ts'
import type { Context } from '../context.ts'

/** The proof in the header of this request; undefined when there is none. `accessToken`: the token sent with it. */
export async function presentedProof(c: Context, accessToken?: string): Promise<Proof | undefined | Refusal> {
  const header = c.req.header('dpop')
  if (header === undefined) return undefined
  const { config, issuer, now } = c.var
  const sent = c.req.url
  // The path begins after the host. Parsing the whole URL would cost more than the rest of the comparison.
  const url = isMtlsHost(config, sent) ? sent : issuer + sent.slice(sent.indexOf('/', 'https://'.length))
  const request = { method: c.req.method, url, ...(accessToken !== undefined && { accessToken }) }
  const proof = await readProof(header, request, now)
  return isRefusal(proof) ? proof : (checkNonce(c, proof.nonce) ?? proof)
}

/** The first request with a proof claims it. Undefined: it was this one. */
export async function claimOnce(c: Context, proof: Proof): Promise<Refusal | undefined> {
  const { isMine } = await read(c.env.DB, { isMine: claimProof(c.env.DB, useOf(c, proof)) })
  return isMine ? undefined : usedBefore
}

/** The claim of a proof by this request, for the batch that depends on it. Its reference is random, and of no other request. */
export function useOf({ var: { reference } }: Context, { id, expiresAt }: Proof): Use {
  return { id, expiresAt, attemptId: reference }
}

export const usedBefore: Refusal = refuse('invalid_dpop_proof', 'The DPoP proof was already used')

/** The lifetime of a nonce. */
const nonceLife: Seconds = 300

/**
 * RFC 9449 §8. A nonce is the time and a MAC over it: nothing is stored. A foreign or old one is answered with a new one; a
 * setting decides whether it is required.
 */
function checkNonce(c: Context, nonce: string | undefined): Refusal | undefined {
  const { config, now } = c.var
  if (nonce === undefined && !config.dpopNonce) return undefined
  const [, time = '', signature = ''] = /^(\d{1,12})\.([\w-]{43})$/.exec(nonce ?? '') ?? []
  const isOurs = isMacOf(config.keyRing, 'dpop-nonces', time, signature)
  // The clock of the instance that made it may be ahead.
  if (isOurs && Math.abs(now - Number(time)) < nonceLife) return undefined
  return refuse('use_dpop_nonce', 'The DPoP proof needs the nonce from the header DPoP-Nonce')
}

/** RFC 9449 §8.2: the nonce for the next proof. */
export function makeNonce(c: Context): string {
  const { now, config } = c.var
  return `${now}.${mac(config.keyEncryptionSecret, 'dpop-nonces', `${now}`)}`
}
