import type { ParameterProblem } from '../rules/parameters.ts'
import type { Problem } from '../ui/forms/fields.tsx'
import { fillText } from '../ui/words/fill.tsx'
import { problemText } from '../ui/words/problem-text.ts'
import type { FieldProblem, NamedProblem } from '../values/problem.ts'
import type { Context } from './context.ts'

/** What the rules found, in the language of the page. On the way through only what concerns people themselves has a text. */
export function say(c: Context, problem: NamedProblem): string {
  return problemText({ ...c.var.messages.problems, ...c.var.texts?.problems }, problem)
}

export function sayAll(c: Context, problems: readonly FieldProblem[]): readonly Problem[] {
  return problems.map(({ field, problem }) => ({ field, text: say(c, problem) }))
}

/** On a page, where a request can't be read at all. */
export function sayParameter(c: Context, { what, shown }: ParameterProblem): string {
  const { failure } = c.var.messages
  return fillText(what === 'twice' ? failure.parameterTwice : failure.parameterControl, { name: shown })
}
