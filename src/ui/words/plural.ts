import type { Language } from '../../values/language.ts'
import { SizedMap } from '../../values/sized-map.ts'
import { fillText } from './fill-text.ts'

/**
 * A sentence in the forms that its language has for a number of things (CLDR): English has two, Arabic six, Japanese one. The number is
 * `{count}` in it.
 */
export type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string }

const rules = new Map<Language, Intl.PluralRules>()

/** The form for this number. */
export function pluralForm(language: Language, forms: Plural, count: number): string {
  return forms[ruleFor(language, count)] ?? forms.other
}

/** By language and number. Selecting one costs as much as forty elements of a page. */
const small = new SizedMap<Intl.LDMLPluralRule>(1000)

function ruleFor(language: Language, count: number): Intl.LDMLPluralRule {
  const key = `${language} ${count}`
  const known = small.get(key)
  if (known !== undefined) return known
  const made = rules.get(language) ?? new Intl.PluralRules(language)
  rules.set(language, made)
  const rule = made.select(count)
  small.set(key, rule, 1)
  return rule
}

/** The same with the number and the other values in it: `count`, if the number is written in another way. */
export function countText(
  language: Language,
  forms: Plural,
  count: number,
  values: Readonly<Record<string, string | number | undefined>> = {},
): string {
  return fillText(pluralForm(language, forms, count), { count, ...values })
}

/** Like “1,000+”. */
export function writeCount(counted: number, most: number, language: Language): string {
  const written = writeNumber(Math.min(counted, most), language)
  return counted > most ? `${written}+` : written
}

const numbers = new Map<Language, Intl.NumberFormat>()

/** Like “1,000”. One format a language: making one costs more than a page of rows. */
export function writeNumber(number: number, language: Language): string {
  // All of our languages write these the same.
  if (number < 1000) return String(number)
  const known = numbers.get(language) ?? new Intl.NumberFormat(language)
  numbers.set(language, known)
  return known.format(number)
}
