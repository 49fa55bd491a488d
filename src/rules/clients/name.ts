import type { Alphabet, NamedProblem } from '../../values/problem.ts'

export const longestName = 100

export interface ClientName {
  readonly name: string
  /** Why it can't be the name of a client, and how to mend that. */
  readonly problem: NamedProblem | undefined
}

/** A name is shown to people who decide by it. */
export function parseClientName(typed: string): ClientName {
  const name = typed.normalize('NFC').trim()
  return { name, problem: problemOf(name) ?? problemOfLetters(name) }
}

/** Control characters, what is no character, line separators, what makes text run backwards, and what has no width. */
const deceptive =
  /[\p{Cc}\p{Zl}\p{Zp}\p{NChar}\u202A-\u202E\u2066-\u2069\u00AD\u115F\u1160\u180E\u200B\u2060-\u2064\u3164\uFEFF\uFFA0]/u
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u

function problemOf(name: string): NamedProblem | undefined {
  const length = [...name].length
  if (name === '') return { code: 'nameMissing' }
  if (length > longestName) return { code: 'nameLong', length, most: longestName }
  if (!visible.test(name)) return { code: 'nameUnseen' }
  return deceptive.test(name) ? { code: 'nameControl' } : undefined
}

/** Alphabets that share shapes. Whoever writes Chinese, Japanese or Korean mixes Latin in, and nothing looks alike. */
const alphabets: readonly (readonly [code: Alphabet['code'], letter: RegExp])[] = [
  ['latin', /\p{Script=Latin}/u],
  ['cyrillic', /\p{Script=Cyrillic}/u],
  ['greek', /\p{Script=Greek}/u],
  ['armenian', /\p{Script=Armenian}/u],
  ['cherokee', /\p{Script=Cherokee}/u],
  ['coptic', /\p{Script=Coptic}/u],
  ['lisu', /\p{Script=Lisu}/u],
]

/** Cyrillic and Greek letters that look like Latin ones. */
const likeLatin = /^[АВЕЅІЈКМНОРСТУХЗаеѕіјорсухуӏһԁԛԝҮүΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυχ]+$/u

/**
 * UTS #39 §5, by the word: “Сбер ID” is a name, a word of two alphabets is a disguise. So is a second word that could be of
 * the first one’s alphabet: “Google Рау”.
 */
function problemOfLetters(name: string): NamedProblem | undefined {
  const words = name.normalize('NFKC').match(/[\p{L}\p{M}]+/gu) ?? []
  for (const word of words) {
    const [one, other] = alphabetsOf(word)
    if (one !== undefined && other !== undefined) return { code: 'nameMixed', word, one, other }
  }
  const letters = [...words.join('')].filter((letter) => /\p{L}/u.test(letter))
  const foreign = letters.filter((letter) => !/\p{Script=Latin}/u.test(letter)).join('')
  if (foreign.length === letters.join('').length || !likeLatin.test(foreign)) return undefined
  const [alphabet] = alphabetsOf(foreign)
  return alphabet && { code: 'nameLookalike', letters: foreign, alphabet }
}

function alphabetsOf(text: string): readonly Alphabet[] {
  return alphabets.filter(([, letter]) => letter.test(text)).map(([code]) => ({ code }))
}
