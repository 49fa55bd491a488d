import type { Profile } from '../openid/user-claims.ts'

/** Number of letters of a text that can be found, and of one term. */
const longestText = 64
const longestTerm = 16

/** The places that are searched. Each is written by different acts, so each has its own terms. */
export const searchFields = ['username', 'email', 'profile'] as const
export type SearchField = (typeof searchFields)[number]

/** Limit of terms for one field of one person. Two words of 64 letters have no more. */
export const mostTerms: Readonly<Record<SearchField, number>> = { username: 96, email: 96, profile: 192 }

/** Letters without a removable accent, and how people write them who don't have them. */
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

/** The common form of all spellings: no accents, no case, no punctuation, one space between words. */
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
 * The search terms of a person: from each letter on, the next 16, if there are three or more; and the first two letters of each
 * word after a space. So each part of a text is the beginning of a term, and an index finds it.
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

/** The parts of a profile that are names of the person. */
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

/** The beginning of every term that matches a search. Undefined when nothing is left to search for. */
export function searchTerm(typed: string): string | undefined {
  const letters = [...foldText(typed)]
  if (letters.length === 0) return undefined
  return letters.length < 3 ? ` ${letters.join('')}` : letters.slice(0, longestTerm).join('')
}
