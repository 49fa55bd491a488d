import type { NamedProblem } from '../../values/problem.ts'
import {
  contentEncryptions,
  type Encryptable,
  type Encryption,
  type Encryptions,
  encryptable,
  encryptables,
  findEncryptionKey,
  keyEncryptions,
} from '../encryption.ts'
import type { ClientKeys, ClientOpenid } from './client.ts'
import { parseJwks } from './jwks.ts'

type EncryptionText = `${Encryptable}KeyEncryption` | `${Encryptable}ContentEncryption`

/** Their rows in the table of settings: the text, and its field or member. */
export const encryptionRows = encryptables.flatMap((what) => [
  [`${what}KeyEncryption`, encryptable[what].alg, 'text'] as const,
  [`${what}ContentEncryption`, encryptable[what].enc, 'text'] as const,
])

/** The texts of the form: empty if unset. */
export type EncryptionTexts = Readonly<Record<EncryptionText, string>>

/** Notes a problem of a field. */
type Note = (field: string) => (problem: NamedProblem) => void

/**
 * The rules of OIDC Registration §2: an algorithm for the content alone is an error, and the content has a default. Whatever
 * is encrypted for the client needs a suitable key; keys behind an address are looked at when they are used.
 */
export function parseEncryptions(
  texts: EncryptionTexts,
  keys: ClientKeys | undefined,
  note: Note,
): Encryptions {
  const found: Partial<Record<Encryptable, Encryption>> = {}
  for (const what of encryptables) {
    const encryption = parseEncryption(what, texts, note)
    if (encryption === undefined) continue
    const { alg } = encryption
    if (what !== 'request' && !mayHaveKey(keys, encryption))
      note(encryptable[what].alg)({ code: 'policyEncryptionKey', alg })
    found[what] = encryption
  }
  return found
}

function parseEncryption(what: Encryptable, texts: EncryptionTexts, note: Note): Encryption | undefined {
  const fields = encryptable[what]
  const typedAlg = texts[`${what}KeyEncryption`]
  const typedEnc = texts[`${what}ContentEncryption`]
  if (typedAlg === '') {
    if (typedEnc !== '') note(fields.enc)({ code: 'policyEncryptionAlone' })
    return undefined
  }
  const alg = keyEncryptions.find((known) => known === typedAlg)
  const enc = contentEncryptions.find((known) => known === (typedEnc || contentEncryptions[0]))
  if (alg === undefined) note(fields.alg)({ code: 'policyChoice' })
  if (enc === undefined) note(fields.enc)({ code: 'policyChoice' })
  return alg === undefined || enc === undefined ? undefined : { alg, enc }
}

function mayHaveKey(keys: ClientKeys | undefined, { alg }: Encryption): boolean {
  if (keys === undefined) return false
  return 'jwksUri' in keys || findEncryptionKey(parseJwks(JSON.parse(keys.jwks)).keys, alg) !== undefined
}

/** The texts of saved settings. */
export function encryptionTexts({ encryption }: Pick<ClientOpenid, 'encryption'>): EncryptionTexts {
  // Exactly the keys of the type: two for each row of the table.
  return Object.fromEntries(
    encryptables.flatMap((what) => [
      [`${what}KeyEncryption`, encryption[what]?.alg ?? ''],
      [`${what}ContentEncryption`, encryption[what]?.enc ?? ''],
    ]),
  ) as EncryptionTexts
}
