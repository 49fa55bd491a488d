import { problemOfKind } from '../../src/secrets/imported-passwords.ts'

/** The stored form, or why the hash can't be imported. */
export type ReadHash = { readonly stored: string; readonly kind: string } | { readonly problem: string }

/**
 * A password hash in the formats of other servers: Django's `algorithm$…`, PHC strings (`$argon2id$…`, `$pbkdf2-sha256$…`,
 * `$scrypt$…`) and bcrypt's own (`$2b$…`).
 */
export function readPasswordHash(text: string): ReadHash {
  for (const [pattern, read] of spellings) {
    const match = pattern.exec(text)
    if (match === null) continue
    const { kind, rest } = read(match.slice(1))
    const problem = problemOfKind(kind)
    return problem === undefined ? { stored: `${kind}$${rest}`, kind } : { problem }
  }
  if (text.startsWith('!')) return { problem: 'no password (Django calls it unusable)' }
  const name = /^\$?([\w ./+-]{1,30})\$/.exec(text)?.[1]
  return {
    problem: name === undefined ? 'an unknown kind of hash' : `an unknown kind of hash: ${name}`,
  }
}

type Groups = readonly string[]
type Read = (groups: Groups) => { readonly kind: string; readonly rest: string }

/** Standard base64 with padding, including passlib's variant with a dot for the plus. */
const base64 = (text: string) => Buffer.from(text.replaceAll('.', '+'), 'base64').toString('base64')
const ofText = (salt: string) => Buffer.from(salt, 'utf8').toString('base64')
const length = (hash: string) => Buffer.from(hash.replaceAll('.', '+'), 'base64').length

const b64 = '([A-Za-z0-9+/.]+={0,2})'

const spellings: readonly (readonly [RegExp, Read])[] = [
  [
    /^(?:bcrypt\$)?\$(2[aby]\$(\d\d)\$[./A-Za-z0-9]{53})$/,
    ([all = '', cost = '']) => ({ kind: `bcrypt,c=${Number(cost)}`, rest: all }),
  ],
  [
    /^bcrypt_sha256\$\$(2[aby]\$(\d\d)\$[./A-Za-z0-9]{53})$/,
    ([all = '', cost = '']) => ({ kind: `bcrypt-sha256,c=${Number(cost)}`, rest: all }),
  ],
  [
    new RegExp(`^pbkdf2_(sha1|sha256)\\$(\\d+)\\$([^$]+)\\$${b64}$`),
    ([digest, iterations, salt = '', hash = '']) => ({
      kind: `pbkdf2-${digest},i=${iterations},l=${length(hash)}`,
      rest: `${ofText(salt)}$${base64(hash)}`,
    }),
  ],
  [
    new RegExp(`^scrypt\\$(\\d+)\\$([^$]+)\\$(\\d+)\\$(\\d+)\\$${b64}$`),
    ([n, salt = '', r, p, hash = '']) => ({
      kind: `scrypt,n=${n},r=${r},p=${p},l=${length(hash)}`,
      rest: `${ofText(salt)}$${base64(hash)}`,
    }),
  ],
  [
    new RegExp(`^(?:argon2)?\\$argon2id\\$v=19\\$m=(\\d+),t=(\\d+),p=(\\d+)\\$${b64}\\$${b64}$`),
    ([m, t, p, salt = '', hash = '']) => ({
      kind: `argon2id,m=${m},t=${t},p=${p},l=${length(hash)}`,
      rest: `${base64(salt)}$${base64(hash)}`,
    }),
  ],
  [
    // passlib writes only the rounds, and nothing after pbkdf2 for SHA-1.
    new RegExp(`^\\$pbkdf2(?:-(sha1|sha256|sha512))?\\$(?:i=)?(\\d+)(?:,l=\\d+)?\\$${b64}\\$${b64}$`),
    ([digest = 'sha1', iterations, salt = '', hash = '']) => ({
      kind: `pbkdf2-${digest},i=${iterations},l=${length(hash)}`,
      rest: `${base64(salt)}$${base64(hash)}`,
    }),
  ],
  [
    new RegExp(`^\\$scrypt\\$ln=(\\d{1,2}),r=(\\d+),p=(\\d+)\\$${b64}\\$${b64}$`),
    ([ln, r, p, salt = '', hash = '']) => ({
      kind: `scrypt,n=${2 ** Number(ln)},r=${r},p=${p},l=${length(hash)}`,
      rest: `${base64(salt)}$${base64(hash)}`,
    }),
  ],
]
