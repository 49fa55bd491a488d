import type { KeyRing } from '../../values/key-ring.ts'
import { seal, unseal } from '../derived-keys.ts'

/** In characters. Encrypted, a longer one would not fit in a cookie. */
const longest = 2800

/** Whether an ID token of a provider is short enough to keep. */
export function isShortIdToken(idToken: string): boolean {
  return idToken.length <= longest
}

/** `context`: the hash of the session or of the sign-in that waits, or the connection at whose provider to sign out. */
export function sealKeptIdToken(secret: string, context: string, idToken: string): Promise<string> {
  return seal(secret, 'provider-tokens', context, idToken)
}

/** Undefined when it is of another context, or none of these secrets opens it. */
export async function openKeptIdToken(
  ring: KeyRing,
  context: string,
  sealed: string | undefined,
): Promise<string | undefined> {
  try {
    return sealed && (await unseal(ring, 'provider-tokens', context, sealed))
  } catch {
    return undefined
  }
}
