import { once } from '../values/once.ts'
import { type Alphabet, alphabetCodes, type NamedProblem } from '../values/problem.ts'

/**
 * The one rule for names that people decide by: of people, applications, passkeys, APIs, groups and scopes. A name that breaks
 * it may look like another name, or be invisible. UTS #39 §5, UAX #31.
 */
export type NameFault =
  /** Control characters, noncharacters, and characters that have no width or change the direction of text. */
  | { readonly fault: 'invisible' }
  /** Combining marks without a letter, the same one twice, or more than any language puts on one letter (UTS #39 §5.4). */
  | { readonly fault: 'marks' }
  /** A word in two alphabets (UTS #39 §5.2 “Highly Restrictive”, per word: “Сбер ID” is a valid name). */
  | { readonly fault: 'mixed'; readonly word: string; readonly one: Script; readonly other: Script }
  /** A second word whose letters look like the alphabet of the first: “Google Рау”. */
  | { readonly fault: 'lookalike'; readonly letters: string; readonly alphabet: Script }

/** Undefined for a valid name. `name` is in NFC, without white space at its ends. */
export function findNameFault(name: string): NameFault | undefined {
  if (invisible.test(withoutJoiners(name))) return { fault: 'invisible' }
  if (marks.test(name)) return { fault: 'marks' }
  return faultOfLetters(name)
}

/** The same as a form problem. */
export function nameProblem(name: string): NamedProblem | undefined {
  const found = findNameFault(name)
  return found && problemOfFault(found)
}

/** Limit of new names of applications, APIs, other servers and connections, in characters. */
export const longestName = 60

/** `before`: the current name, which may be from a time when names could be longer. */
export function lengthProblem(name: string, before?: string): NamedProblem | undefined {
  const length = [...name].length
  return length > longestName && name !== before ? { code: 'nameLong', length, most: longestName } : undefined
}

/** Whether a text contains invisible or unreadable characters. For texts that may mention letters of other alphabets. */
export function isUnreadable(text: string): boolean {
  const fault = findNameFault(text)?.fault
  return fault === 'invisible' || fault === 'marks'
}

function problemOfFault(found: NameFault): NamedProblem {
  if (found.fault === 'invisible') return { code: 'nameControl' }
  if (found.fault === 'marks') return { code: 'nameMarks' }
  if (found.fault === 'mixed') {
    const { word } = found
    const [one, other] = [alphabetOf(found.one), alphabetOf(found.other)]
    return one && other ? { code: 'nameMixed', word, one, other } : { code: 'nameScripts', word }
  }
  const alphabet = alphabetOf(found.alphabet)
  return alphabet === undefined
    ? { code: 'nameScripts', word: found.letters }
    : { code: 'nameLookalike', letters: found.letters, alphabet }
}

/** An alphabet with lookalikes in others has a name in the texts. */
function alphabetOf(script: Script): Alphabet | undefined {
  const code = alphabetCodes.find((known) => known === script.toLowerCase())
  return code && { code }
}

const invisible =
  /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2800\uFFF9-\uFFFC]/u

/** A base with more than four marks, the same mark twice, or a mark at the beginning of a word. */
const marks = /\p{M}{5}|(\p{Mn})\1|(?:^|[\s\p{P}])\p{M}/u

/** Scripts whose letters change shape with joiners (UAX #31 §2.3), and emoji that are joined or coloured by them. */
const joined =
  '[\\p{scx=Arab}\\p{scx=Syrc}\\p{scx=Deva}\\p{scx=Beng}\\p{scx=Guru}\\p{scx=Gujr}\\p{scx=Orya}\\p{scx=Taml}\\p{scx=Telu}\\p{scx=Knda}\\p{scx=Mlym}\\p{scx=Sinh}\\p{scx=Khmr}\\p{scx=Mymr}]'
const joinedLetters = new RegExp(`(?<=${joined})[\\u200C\\u200D](?=${joined})`, 'gu')
const joinedPictures =
  /(?<=\p{Extended_Pictographic}[\uFE0F\u{1F3FB}-\u{1F3FF}]*)(?:\uFE0F|\u200D(?=\p{Extended_Pictographic}))/gu

/** The name without the joiners that are allowed where they are. */
function withoutJoiners(name: string): string {
  return name.replaceAll(joinedLetters, '').replaceAll(joinedPictures, '')
}

/** The scripts in modern use (UAX #31 table 5), and those with lookalike letters. */
const scripts = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Armenian',
  'Cherokee',
  'Coptic',
  'Lisu',
  'Han',
  'Hiragana',
  'Katakana',
  'Bopomofo',
  'Hangul',
  'Arabic',
  'Hebrew',
  'Thaana',
  'Devanagari',
  'Bengali',
  'Gurmukhi',
  'Gujarati',
  'Oriya',
  'Tamil',
  'Telugu',
  'Kannada',
  'Malayalam',
  'Sinhala',
  'Thai',
  'Lao',
  'Tibetan',
  'Myanmar',
  'Georgian',
  'Ethiopic',
  'Khmer',
] as const
export type Script = (typeof scripts)[number] | 'other'

const letterOf = once(() =>
  scripts.map((script) => [script, new RegExp(`\\p{Script=${script}}`, 'u')] as const),
)
const noScript = /[\p{Script=Common}\p{Script=Inherited}]/u

/** Scripts that people mix: Chinese, Japanese and Korean with Latin letters. */
const together: readonly (readonly Script[])[] = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
]

/** Cyrillic and Greek letters that look like Latin ones. */
const likeLatin = /^[АВЕЅІЈКМНОРСТУХЗаеѕіјорсухуӏһԁԛԝҮүΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυχ]+$/u

function faultOfLetters(name: string): NameFault | undefined {
  const words = name.normalize('NFKC').match(/[\p{L}\p{M}]+/gu) ?? []
  for (const word of words) {
    const found = scriptsOf(word)
    const [one, other] = found
    const fits = together.some((set) => found.every((script) => set.includes(script)))
    if (one !== undefined && other !== undefined && !fits) return { fault: 'mixed', word, one, other }
  }
  const letters = [...words.join('')].filter((letter) => /\p{L}/u.test(letter))
  const foreign = letters.filter((letter) => !/\p{Script=Latin}/u.test(letter)).join('')
  if (foreign.length === letters.join('').length || !likeLatin.test(foreign)) return undefined
  const [alphabet] = scriptsOf(foreign)
  return alphabet && { fault: 'lookalike', letters: foreign, alphabet }
}

/** The alphabets in a text. Latin, Cyrillic and Greek come first, whatever the word begins with. */
function scriptsOf(text: string): readonly Script[] {
  const letters = letterOf()
  const found = letters.filter(([, letter]) => letter.test(text)).map(([script]) => script)
  const isOther = [...text].some(
    (letter) => !noScript.test(letter) && !letters.some(([, known]) => known.test(letter)),
  )
  return isOther ? [...found, 'other'] : found
}
