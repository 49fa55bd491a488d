import { decodeJwt } from 'jose'
import type { Connection } from '../../rules/sign-in/connection.ts'
import type { KeyRing } from '../../values/key-ring.ts'
import { seal, unseal } from '../derived-keys.ts'

/** In characters. Encrypted, a longer one would not fit in a cookie. */
const longest = 2800

/** The provider's ID token, for signing out there. Undefined without one, or when it is too long to be kept. */
export async function sealKeptIdToken(
  secret: string,
  idToken: string | undefined,
): Promise<string | undefined> {
  if (idToken === undefined || idToken.length > longest) return undefined
  return seal(secret, 'provider-tokens', '', idToken)
}

/** Undefined when it is of another provider, or our id there has changed, or none of these secrets opens it. */
export async function openKeptIdToken(
  ring: KeyRing,
  { issuer, clientId }: Pick<Connection, 'issuer' | 'clientId'>,
  sealed: string,
): Promise<string | undefined> {
  try {
    const idToken = await unseal(ring, 'provider-tokens', '', sealed)
    const { iss, aud } = decodeJwt(idToken)
    return iss === issuer && [aud].flat().includes(clientId) ? idToken : undefined
  } catch {
    return undefined
  }
}
