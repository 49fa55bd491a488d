import { createHash, pbkdf2Sync, scryptSync, timingSafeEqual } from 'node:crypto'
import type { computeHash as Argon2id } from 'argon2id'
import { compareSync as compareBcrypt } from 'bcryptjs'

/**
 * Hashes that other servers made, as they are stored until their owner signs in: `KIND$REST`. The kind is everything that the
 * work depends on, so that two hashes of one kind cost the same. Our own hashes start with `$`.
 *
 *     bcrypt,c=10$2b$10$…                        bcrypt-sha256,c=12$2b$12$…  (Django: bcrypt over the hex SHA-256)
 *     pbkdf2-sha256,i=27500,l=32$SALT$HASH       scrypt,n=16384,r=8,p=5,l=64$SALT$HASH       (base64)
 *     argon2id,m=7168,t=5,p=1,l=32$SALT$HASH
 */
const kinds = {
  bcrypt: /^c=(\d{1,2})$/,
  'bcrypt-sha256': /^c=(\d{1,2})$/,
  'pbkdf2-sha1': /^i=(\d{1,9}),l=(\d{1,3})$/,
  'pbkdf2-sha256': /^i=(\d{1,9}),l=(\d{1,3})$/,
  'pbkdf2-sha512': /^i=(\d{1,9}),l=(\d{1,3})$/,
  scrypt: /^n=(\d{1,9}),r=(\d{1,4}),p=(\d{1,4}),l=(\d{1,3})$/,
  argon2id: /^m=(\d{1,9}),t=(\d{1,4}),p=(\d{1,4}),l=(\d{1,3})$/,
} as const

type Algorithm = keyof typeof kinds

export interface ImportedPassword {
  readonly kind: string
  readonly rest: string
}

/** Limit of kinds: each sign-in does the work of all of them, so that its time does not reveal a user's kind. */
export const mostKinds = 3

/** Undefined for our own hashes, and for no password. */
export function readImported(stored: string): ImportedPassword | undefined {
  const end = stored.indexOf('$')
  return end <= 0 ? undefined : { kind: stored.slice(0, end), rest: stored.slice(end + 1) }
}

/**
 * Why a kind can't be verified here, in words; undefined when it can. PBKDF2: Workers refuse more than 100,000 iterations. The
 * other limits bound the time of a sign-in, and the memory of an isolate.
 */
export function problemOfKind(kind: string): string | undefined {
  const parsed = parseKind(kind)
  if (parsed === undefined) return `${kind} is not a supported kind of hash`
  const { algorithm, numbers } = parsed
  const [first = 0, second = 0, third = 0, fourth = 0] = numbers
  switch (algorithm) {
    case 'bcrypt':
    case 'bcrypt-sha256':
      return first < 4 || first > 12 ? `bcrypt at cost ${first}: 4 to 12 are supported` : undefined
    case 'scrypt': {
      const isPower = first > 1 && Number.isInteger(Math.log2(first))
      if (!isPower || second < 1 || third < 1 || !isLength(fourth)) return 'scrypt with invalid parameters'
      return first * second * third > 2 ** 20
        ? 'scrypt with N·r·p over 2^20, which Workers refuse'
        : undefined
    }
    case 'argon2id':
      if (first < 8 * third || second < 1 || third < 1 || !isLength(fourth))
        return 'argon2id with invalid parameters'
      if (first > 65_536) return `argon2id with ${Math.ceil(first / 1024)} MiB: up to 64 are supported`
      return first * second > 131_072 ? 'argon2id with more than 128 MiB times passes' : undefined
    default:
      if (first < 1 || !isLength(second)) return 'PBKDF2 with invalid parameters'
      return first > 100_000
        ? `PBKDF2 with ${first.toLocaleString('en')} iterations: Workers refuse more than 100,000`
        : undefined
  }
}

function isLength(bytes: number): boolean {
  return bytes >= 16 && bytes <= 128
}

interface ParsedKind {
  readonly algorithm: Algorithm
  readonly numbers: readonly number[]
}

function parseKind(kind: string): ParsedKind | undefined {
  const comma = kind.indexOf(',')
  const algorithm = Object.keys(kinds).find((name): name is Algorithm => name === kind.slice(0, comma))
  const match = algorithm && kinds[algorithm].exec(kind.slice(comma + 1))
  return algorithm && match ? { algorithm, numbers: match.slice(1).map(Number) } : undefined
}

/** Whether the typed password matches. A hash of an unsupported kind never matches, and costs nothing. */
export function checkImported(argon2id: Argon2id, typed: string, { kind, rest }: ImportedPassword): boolean {
  const parsed = parseKind(kind)
  if (parsed === undefined || problemOfKind(kind) !== undefined) return false
  const { algorithm, numbers } = parsed
  const password = new TextEncoder().encode(typed)
  if (algorithm === 'bcrypt') return compareBcrypt(typed, `$${rest}`)
  if (algorithm === 'bcrypt-sha256') {
    return compareBcrypt(createHash('sha256').update(password).digest('hex'), `$${rest}`)
  }
  const [salt, expected] = rest.split('$').map((part) => Buffer.from(part, 'base64'))
  const length = numbers.at(-1) ?? 0
  if (salt === undefined || expected?.length !== length) return false
  return timingSafeEqual(derive(argon2id, password, salt, parsed, length), expected)
}

function derive(
  argon2id: Argon2id,
  password: Uint8Array,
  salt: Buffer,
  { algorithm, numbers: [first = 0, second = 0, third = 0] }: ParsedKind,
  length: number,
): Uint8Array {
  if (algorithm === 'scrypt') {
    const maxmem = 256 * first * second + 1024
    return scryptSync(password, salt, length, { N: first, r: second, p: third, maxmem })
  }
  if (algorithm === 'argon2id') {
    // The library throws for an empty value, and for some of one byte: those never match, for the same work.
    const isRefused = password.length < 2 || salt.length < 2
    const hash = argon2id({
      password: isRefused ? new Uint8Array(8) : password,
      salt: isRefused ? new Uint8Array(8) : salt,
      tagLength: length,
      memorySize: first,
      passes: second,
      parallelism: third,
    })
    return isRefused ? crypto.getRandomValues(new Uint8Array(length)) : hash
  }
  return pbkdf2Sync(password, salt, first, length, algorithm.slice('pbkdf2-'.length))
}

/** A hash without a password: the same work as for a real one of this kind. */
export function nobodysOf(kind: string): ImportedPassword {
  const { algorithm, numbers = [] } = parseKind(kind) ?? {}
  const isBcrypt = algorithm === 'bcrypt' || algorithm === 'bcrypt-sha256'
  const cost = String(numbers[0] ?? 4).padStart(2, '0')
  const bytes = (length: number) => Buffer.alloc(length).toString('base64')
  return {
    kind,
    rest: isBcrypt ? `2b$${cost}$${'.'.repeat(53)}` : `${bytes(16)}$${bytes(numbers.at(-1) ?? 32)}`,
  }
}
