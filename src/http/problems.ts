import type { ParameterProblem } from '../rules/parameters.ts'
import type { Problem } from '../ui/forms/fields.tsx'
import { fillText } from '../ui/words/fill.tsx'
import type { Texts } from '../ui/words/messages/index.ts'
import { problemText } from '../ui/words/problem-text.ts'
import type { FieldProblem, NamedProblem, PersonProblem } from '../values/problem.ts'
import type { Context } from './context.ts'

/** A problem that the rules found, in the language of the page. Problems of people's own data have a text on every page. */
export function say(c: Context, problem: PersonProblem): string
export function say(c: Context<'problems'>, problem: NamedProblem): string
export function say(c: Context, problem: NamedProblem): string {
  return textOf(c, problem)
}

export function sayAll(c: Context, problems: readonly FieldProblem<PersonProblem>[]): readonly Problem[]
export function sayAll(c: Context<'problems'>, problems: readonly FieldProblem[]): readonly Problem[]
export function sayAll(c: Context, problems: readonly FieldProblem[]): readonly Problem[] {
  return problems.map(({ field, problem }) => ({ field, text: textOf(c, problem) }))
}

function textOf(c: Context, problem: NamedProblem): string {
  const { language, messages, texts } = c.var
  const { problems }: Partial<Texts> = texts
  return problemText(language, { ...messages.problems, ...problems }, problem)
}

/** On a page for a request that can't be read at all. */
export function sayParameter(c: Context, { what, shown }: ParameterProblem): string {
  const { failure } = c.var.messages
  return fillText(what === 'twice' ? failure.parameterTwice : failure.parameterControl, { name: shown })
}
