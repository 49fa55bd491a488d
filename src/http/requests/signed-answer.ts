import type { Client } from '../../rules/clients/client.ts'
import { isRefusal, type Refusal } from '../../rules/refusal.ts'
import type { ResponseMode } from '../../rules/requests/response-mode.ts'
import { signJwt } from '../../secrets/signing-key.ts'
import type { Seconds } from '../../values/time.ts'
import { encryptionFor } from '../clients/encryption.ts'
import type { Context } from '../context.ts'
import { signingKeys } from '../tokens/signing.ts'

/** JARM §2.1 recommends at most ten minutes. */
const lifetime: Seconds = 600

/** Makes a JWT of an answer to an authorization request (JARM §2.1). */
export type SignAnswer = (answer: Readonly<Record<string, string>>) => Promise<string>

/** Signs for this client, and encrypts if it registered that (JARM §2.2): then its key is looked up now. */
export async function answerSigner(
  c: Context,
  client: Client,
  { isSigned }: ResponseMode,
): Promise<SignAnswer | Refusal> {
  const { id, openid } = client
  const { authorizationAlg } = openid
  const encrypt = isSigned ? await encryptionFor(c, client, 'answer') : undefined
  if (isRefusal(encrypt)) return encrypt
  return async (answer) => {
    const { issuer, now } = c.var
    const keys = await signingKeys(c, [authorizationAlg])
    const claims = { ...answer, iss: issuer, aud: id, exp: now + lifetime }
    const signed = await signJwt(await keys.signer(authorizationAlg, now), 'JWT', claims)
    return encrypt === undefined ? signed : encrypt(signed, 'JWT')
  }
}
