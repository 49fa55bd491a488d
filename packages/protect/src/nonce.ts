import { base64url } from 'jose'
import type { Problem } from './problem.ts'
import type { Settings } from './settings.ts'

/** Seconds for which a nonce is accepted. */
const life = 300

/**
 * RFC 9449 §9: a nonce is the time and a MAC over it, so that nothing is stored and every instance with the secret knows it. A
 * missing, foreign or old one is answered with a new one. Undefined: it is one of ours, or none is demanded.
 */
export async function checkNonce(
  nonce: unknown,
  { nonceSecret, now }: Settings,
): Promise<Problem | undefined> {
  if (nonceSecret === undefined) return undefined
  const { subtle } = crypto
  const bytesOf = (text: string) => new TextEncoder().encode(text)
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await subtle.importKey('raw', bytesOf(nonceSecret), algorithm, false, ['sign', 'verify'])
  const [, time = '', mac = ''] = /^(\d+)\.([\w-]{43})$/.exec(String(nonce)) ?? []
  // jose decodes into an array of its own, which nothing shares.
  const signature = base64url.decode(mac) as Uint8Array<ArrayBuffer>
  const isFresh = now() - Number(time) < life
  if (isFresh && (await subtle.verify('HMAC', key, signature, bytesOf(time)))) return undefined
  const fresh = `${now()}`
  const signed = base64url.encode(new Uint8Array(await subtle.sign('HMAC', key, bytesOf(fresh))))
  const description = 'The DPoP proof needs a nonce'
  return { error: 'use_dpop_nonce', description, nonce: `${fresh}.${signed}` }
}
