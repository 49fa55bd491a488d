import type { NamedProblem } from '../../values/problem.ts'
import { fillText } from './fill-text.ts'

type Values = Readonly<Record<string, string>>

/** A problem, as a text. A nested one may use the values of the outer one, like the line. */
export function problemText(
  texts: Readonly<Partial<Record<NamedProblem['code'], string>>>,
  problem: NamedProblem,
  outer: Values = {},
): string {
  const parts: readonly (readonly [string, unknown])[] = Object.entries(problem)
  const known: Values = {
    ...outer,
    ...Object.fromEntries(parts.map(([name, value]) => [name, String(value)])),
  }
  const inner = parts.flatMap(([name, value]) =>
    isProblem(value) ? [[name, problemText(texts, value, known)] as const] : [],
  )
  return fillText(texts[problem.code] ?? problem.code, { ...known, ...Object.fromEntries(inner) })
}

/** Objects in a problem are problems, by its type. */
function isProblem(value: unknown): value is NamedProblem {
  return typeof value === 'object' && value !== null && 'code' in value
}
