/**
 * The first guesses of an attacker: the most common passwords of an allowed length. Their core is compared, so that
 * `Password1!` counts as `password`.
 */
export type CommonPasswords = ReadonlySet<string>

/** The content of public/common-passwords.json: lines of passwords. */
export function parseCommonPasswords(lines: readonly string[]): CommonPasswords {
  return new Set(lines.flatMap((line) => line.split(' ')))
}

/**
 * Whether it is one of the common ones, unchanged or with a suffix that people add to satisfy a rule. `personal`: names that are
 * as easy to guess.
 */
export function isCommonPassword(
  password: string,
  common: CommonPasswords,
  personal: readonly (string | undefined)[],
): boolean {
  const whole = fold(password)
  const core = whole.replace(/[^\p{L}]+$/u, '')
  const known = personal.flatMap((text = '') => [fold(text), fold(text.replace(/@.*/, ''))])
  const isKnown = (text: string) => text !== '' && (common.has(text) || known.includes(text))
  return new Set(whole).size < 3 || isKnown(whole) || isKnown(core)
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
