import { CompactEncrypt, importJWK, type JWK } from 'jose'
import type { Encryption } from '../../rules/encryption.ts'

/** Encrypts a text for one client. `cty`: `JWT` for a signed one (RFC 7519 §5.2). */
export type Encrypt = (text: string, cty?: 'JWT') => Promise<string>

const utf8 = new TextEncoder()

const members = ['kty', 'crv', 'x', 'y', 'n', 'e'] as const

/** Opens the key at once. Throws for a key that can't be used, so that nothing else happened before. */
export async function openEncryption(jwk: JWK, { alg, enc }: Encryption): Promise<Encrypt> {
  // Only key material: the selection has read `use` and `key_ops`.
  const bare = Object.fromEntries(members.map((name) => [name, jwk[name]])) as JWK
  const key = await importJWK(bare, alg)
  const { kid } = jwk
  return (text, cty) =>
    new CompactEncrypt(utf8.encode(text))
      .setProtectedHeader({
        alg,
        enc,
        ...(kid === undefined ? {} : { kid }),
        ...(cty === undefined ? {} : { cty }),
      })
      .encrypt(key)
}
