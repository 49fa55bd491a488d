import type { Finding } from '../../rules/server/finding.ts'
import type { Language } from '../../values/language.ts'
import type { Seconds } from '../../values/time.ts'
import { fillText } from './fill-text.ts'
import { countText, type Plural } from './plural.ts'

/** The sentences of findings, by name. */
export interface FindingTexts<S extends string, F extends string, X extends string> {
  readonly subjects: Readonly<Record<S, string>>
  readonly found: Readonly<Record<F, string | Plural>>
  readonly fixes: Readonly<Record<X, string>>
}

/** A finding as people read it. */
export function findingText<S extends string, F extends string, X extends string>(
  texts: FindingTexts<S, F, X>,
  language: Language,
  { subject, found, fix, values }: Finding<S, F, X>,
) {
  const said = { ...values, lasting: howLong(language, values.lasting ?? 0) }
  const text: string | Plural = texts.found[found]
  return {
    subject: fillText(texts.subjects[subject], said),
    text:
      typeof text === 'string' ? fillText(text, said) : countText(language, text, values.count ?? 0, said),
    fix: fix === undefined ? undefined : texts.fixes[fix],
  }
}

function howLong(language: Language, seconds: Seconds): string {
  if (seconds < 2 * 3600) return inUnits(language, seconds / 60, 'minute')
  if (seconds < 2 * 86_400) return inUnits(language, seconds / 3600, 'hour')
  return inUnits(language, seconds / 86_400, 'day')
}

function inUnits(language: Language, count: number, unit: string): string {
  const style = { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 } as const
  return new Intl.NumberFormat(language, style).format(count)
}
