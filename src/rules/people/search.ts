import type { Profile } from '../openid/user-claims.ts'

/** Letters of a text that can be found, and of one term. */
const longestText = 64
const longestTerm = 16

/** Where people are found. Each is written by other acts, so each has terms of its own. */
export const searchFields = ['username', 'email', 'profile'] as const
export type SearchField = (typeof searchFields)[number]

/** Terms of one field of one person, at most. Two words of 64 letters have no more. */
export const mostTerms: Readonly<Record<SearchField, number>> = { username: 96, email: 96, profile: 192 }

/** Letters that have no accent to lose, as people write them who don't have them. */
const plain: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
  ħ: 'h',
  ŧ: 't',
  ς: 'σ',
}

/** What two spellings have in common: no accents, no case, no signs, one space between words. */
export function foldText(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{Default_Ignorable_Code_Point}'’‘ʼ]/gu, '')
    .toLowerCase()
    .replaceAll(/[ßæœøđðþłıħŧς]/g, (letter) => plain[letter] ?? letter)
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/**
 * What a person is found by: from each letter on, the next 16, if there are three or more; and the first two letters of each
 * word behind a space. Each part of a text is then the beginning of a term, and an index finds it.
 */
export function termsOf(field: SearchField, texts: readonly string[]): readonly string[] {
  const folded = texts.map((text) => [...[...foldText(text)].slice(0, longestText).join('').trim()])
  const starts = folded.flatMap((letters) =>
    letters
      .join('')
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => ` ${[...word].slice(0, 2).join('')}`),
  )
  const parts = folded.flatMap((letters) =>
    letters.flatMap((letter, i) =>
      letter === ' ' || letters.length - i < 3 ? [] : [letters.slice(i, i + longestTerm).join('')],
    ),
  )
  return [...new Set([...starts, ...parts])].slice(0, mostTerms[field])
}

/** What of a profile is a name of the person. */
export function namesOf({
  name,
  given_name,
  middle_name,
  family_name,
  nickname,
}: Profile): readonly string[] {
  const whole = [given_name, middle_name, family_name].filter((part) => part !== undefined).join(' ')
  return [name, whole, nickname].filter((text) => text !== undefined)
}

/** What every term that is looked for begins with. Undefined when nothing is left to look for. */
export function searchTerm(typed: string): string | undefined {
  const letters = [...foldText(typed)]
  if (letters.length === 0) return undefined
  return letters.length < 3 ? ` ${letters.join('')}` : letters.slice(0, longestTerm).join('')
}
