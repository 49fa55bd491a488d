import type { Refusal } from '../../rules/refusal.ts'
import { decryptionAlgorithmOf } from '../../rules/server/signing-keys.ts'
import { decryptRequestObject, isEncrypted } from '../../secrets/clients/request-object.ts'
import type { Context } from '../context.ts'
import { decryptionKeys } from './signing.ts'

/** The signed JWT that a client sent, by itself or encrypted for this server (RFC 9101 §6.1). */
export async function signedInside(c: Context, sent: string): Promise<string | Refusal> {
  if (!isEncrypted(sent)) return sent
  return decryptRequestObject(sent, ({ alg, kid }) => decryptionKeys(c, decryptionAlgorithmOf(alg), kid))
}
