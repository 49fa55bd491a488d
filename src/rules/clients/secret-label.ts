import type { NamedProblem } from '../../values/problem.ts'
import { nameProblem } from '../names.ts'

const most = 40

/** A name by which the people of an application recognize one of its secrets, like “production”. Optional: may be empty. */
export function checkSecretLabel(
  typed: string,
): { readonly value: string } | { readonly problem: NamedProblem } {
  const value = typed.normalize('NFC').replaceAll(/\s+/g, ' ').trim()
  if ([...value].length > most) return { problem: { code: 'tooLong', most } }
  const problem = nameProblem(value)
  return problem === undefined ? { value } : { problem }
}
