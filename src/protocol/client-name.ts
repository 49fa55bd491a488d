export const longestName = 100

export interface ClientName {
  readonly name: string
  /** Why it can't be the name of a client, and how to mend that. */
  readonly problem: string | undefined
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

function problemOf(name: string): string | undefined {
  const length = [...name].length
  if (name === '') return 'Enter a name. People see it when they are asked for consent.'
  if (length > longestName) return `The name has ${length} characters. Use at most ${longestName}.`
  if (!visible.test(name)) return 'The name can’t be seen. Use letters or digits.'
  return deceptive.test(name) ? 'The name has an invisible control character. Type it again.' : undefined
}

/** Alphabets that share shapes. Whoever writes Chinese, Japanese or Korean mixes Latin in, and nothing looks alike. */
const alphabets: readonly (readonly [name: string, letter: RegExp])[] = [
  ['Latin', /\p{Script=Latin}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Cherokee', /\p{Script=Cherokee}/u],
  ['Coptic', /\p{Script=Coptic}/u],
  ['Lisu', /\p{Script=Lisu}/u],
]

/** Cyrillic and Greek letters that look like Latin ones. */
const likeLatin = /^[АВЕЅІЈКМНОРСТУХЗаеѕіјорсухуӏһԁԛԝҮүΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυχ]+$/u

/**
 * UTS #39 §5, by the word: “Сбер ID” is a name, a word of two alphabets is a disguise. So is a second word that could be of
 * the first one’s alphabet: “Google Рау”.
 */
function problemOfLetters(name: string): string | undefined {
  const words = name.normalize('NFKC').match(/[\p{L}\p{M}]+/gu) ?? []
  for (const word of words) {
    const [one, other] = alphabetsOf(word)
    if (other !== undefined)
      return `The word “${word}” mixes ${one} and ${other} letters, which look alike. Write it in one alphabet.`
  }
  const letters = [...words.join('')].filter((letter) => /\p{L}/u.test(letter))
  const foreign = letters.filter((letter) => !/\p{Script=Latin}/u.test(letter)).join('')
  if (foreign.length === letters.join('').length || !likeLatin.test(foreign)) return undefined
  return `The letters “${foreign}” are ${alphabetsOf(foreign)[0]} ones that look like Latin ones. Write the name in one alphabet.`
}

function alphabetsOf(text: string): readonly string[] {
  return alphabets.filter(([, letter]) => letter.test(text)).map(([name]) => name)
}
