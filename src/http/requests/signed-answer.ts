import type { Client } from '../../rules/clients/client.ts'
import { signJwt } from '../../secrets/signing-key.ts'
import type { Seconds } from '../../values/time.ts'
import type { Context } from '../context.ts'
import { signingKeys } from '../tokens/signing.ts'

/** JARM §2.1 recommends at most ten minutes. */
const lifetime: Seconds = 600

/** An answer to an authorization request as a JWT for the client. JARM §2.1. */
export async function signAnswer(
  c: Context,
  { id, openid: { authorizationAlg } }: Client,
  answer: Readonly<Record<string, string>>,
): Promise<string> {
  const { issuer, now } = c.var
  const keys = await signingKeys(c, [authorizationAlg])
  const claims = { ...answer, iss: issuer, aud: id, exp: now + lifetime }
  return signJwt(await keys.signer(authorizationAlg, now), 'JWT', claims)
}
