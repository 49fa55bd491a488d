import type { Language } from '../../values/language.ts'
import type { NamedProblem } from '../../values/problem.ts'
import { fillText } from './fill-text.ts'
import { countText, type Plural } from './plural.ts'

type Values = Readonly<Record<string, string>>

/** The sentences of problems by their codes. A problem without one is shown by its code. */
export type ProblemTexts = Readonly<Partial<Record<NamedProblem['code'], string | Plural>>>

/**
 * A problem, as a text. The first number of a problem is the count of its sentence. A problem inside another one may name the
 * values of the outer one, like the line.
 */
export function problemText(
  language: Language,
  texts: ProblemTexts,
  problem: NamedProblem,
  outer: Values = {},
): string {
  const parts: readonly (readonly [string, unknown])[] = Object.entries(problem)
  const known: Values = {
    ...outer,
    ...Object.fromEntries(parts.map(([name, value]) => [name, String(value)])),
  }
  const inner = parts.flatMap(([name, value]) =>
    isProblem(value) ? [[name, problemText(language, texts, value, known)] as const] : [],
  )
  const values = { ...known, ...Object.fromEntries(inner) }
  const text = texts[problem.code] ?? problem.code
  if (typeof text === 'string') return fillText(text, values)
  const count = parts.map(([, value]) => value).find((value) => typeof value === 'number')
  return countText(language, text, count ?? 0, values)
}

/** Objects in a problem are problems, by its type. */
function isProblem(value: unknown): value is NamedProblem {
  return typeof value === 'object' && value !== null && 'code' in value
}
