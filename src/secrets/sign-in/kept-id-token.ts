import type { KeyRing } from '../../values/key-ring.ts'
import { seal, unseal } from '../derived-keys.ts'

/** In characters. Encrypted, a longer one would not fit in a cookie. */
const longest = 2800

/**
 * Undefined without an ID token, or for one that is too long to be kept. `context`: the hash of the session or of the sign-in
 * that waits, or the connection at whose provider to sign out.
 */
export async function sealKeptIdToken(
  secret: string,
  context: string,
  idToken: string | undefined,
): Promise<string | undefined> {
  if (idToken === undefined || idToken.length > longest) return undefined
  return seal(secret, 'provider-tokens', context, idToken)
}

/** Undefined when it is of another context, or none of these secrets opens it. */
export async function openKeptIdToken(
  ring: KeyRing,
  context: string,
  sealed: string | undefined,
): Promise<string | undefined> {
  return sealed === undefined
    ? undefined
    : unseal(ring, 'provider-tokens', context, sealed).catch(() => undefined)
}
