import type { NamedProblem } from '../protocol/problem.ts'

type Code = NamedProblem['code']

/** A problem as people read it. One that stands inside of another may name what the outer one knows, like the line. */
export function problemText(
  texts: Readonly<Partial<Record<Code, string>>>,
  problem: NamedProblem,
  outer: object = {},
): string {
  const known = new Map<string, unknown>(Object.entries({ ...outer, ...problem }))
  const say = (value: unknown) =>
    isProblem(value) ? problemText(texts, value, Object.fromEntries(known)) : String(value)
  const text = texts[problem.code] ?? problem.code
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => say(known.get(name)))
}

/** Objects in a problem are problems, by its type. */
function isProblem(value: unknown): value is NamedProblem {
  return typeof value === 'object' && value !== null && 'code' in value
}
