import type { Client } from '../../rules/clients/client.ts'
import { type Encryptable, type Encryption, findEncryptionKey } from '../../rules/encryption.ts'
import { type Refusal, refuse } from '../../rules/refusal.ts'
import { type Encrypt, openEncryption } from '../../secrets/clients/encryption.ts'
import type { Context } from '../context.ts'
import { findInKeys, KeysUnread } from './keys.ts'
import { findCurrent } from './metadata-document.ts'

/** As it is: for a client that registered no encryption. */
const unchanged: Encrypt = async (text) => text

/**
 * Encrypts answers of one kind for a client, if it registered that (OIDC Registration §2, JARM §3, RFC 9701 §6). The key is
 * looked up now, before anything is used up. Without a key there is a refusal, never an unencrypted answer.
 */
export async function encryptionFor(
  c: Context,
  client: Client,
  what: Encryptable,
): Promise<Encrypt | Refusal> {
  const encryption = client.openid.encryption[what]
  return encryption === undefined ? unchanged : find(c, client, encryption)
}

async function find(c: Context, client: Client, encryption: Encryption): Promise<Encrypt | Refusal> {
  const { alg } = encryption
  const none = (reason: string) =>
    refuse('unauthorized_client', `The application has no public key that fits ${alg}`, reason)
  try {
    const current = await findCurrent(c, client)
    if (typeof current === 'string') return unread(current)
    const { keys } = current.policy
    const jwk = keys && (await findInKeys(c, client.id, keys, (set) => findEncryptionKey(set.keys, alg)))
    return jwk === undefined ? none('No suitable key') : await openEncryption(jwk, encryption)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'The keys could not be read'
    return error instanceof KeysUnread ? unread(reason) : none(reason)
  }
}

function unread(reason: string): Refusal {
  return refuse('temporarily_unavailable', 'The keys of the application could not be read', reason)
}
