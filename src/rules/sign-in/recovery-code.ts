/** Number of codes that a person gets at once. */
export const recoveryCodeCount = 10

/** Crockford's base 32: no letter that looks like a digit, and no u. Five bits each. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** Fifty random bits in two groups of five: short enough to type from paper, and guesses are counted. */
export function recoveryCodeFrom(bytes: Uint8Array): string {
  const letters = Array.from(bytes.subarray(0, 10), (byte) => alphabet[byte % 32]).join('')
  return `${letters.slice(0, 5)}-${letters.slice(5)}`
}

/** The normalised form of typed input, which is hashed; undefined when it can't be a recovery code. */
export function readRecoveryCode(typed: string): string | undefined {
  const letters = typed.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1')
  return /^[0-9a-hjkmnp-tv-z]{10}$/.test(letters) ? `${letters.slice(0, 5)}-${letters.slice(5)}` : undefined
}
