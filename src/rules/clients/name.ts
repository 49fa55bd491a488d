import type { NamedProblem } from '../../values/problem.ts'
import { nameProblem } from '../names.ts'

export const longestName = 100

export interface ClientName {
  readonly name: string
  /** Problem of this name for a client, with a hint for a valid one. */
  readonly problem: NamedProblem | undefined
}

/** The name of a client, by which people decide. */
export function parseClientName(typed: string): ClientName {
  const name = typed.normalize('NFC').trim()
  return { name, problem: problemOf(name) }
}

const visible = /[\p{L}\p{N}\p{P}\p{S}]/u

function problemOf(name: string): NamedProblem | undefined {
  const length = [...name].length
  if (name === '') return { code: 'nameMissing' }
  if (length > longestName) return { code: 'nameLong', length, most: longestName }
  if (!visible.test(name)) return { code: 'nameUnseen' }
  return nameProblem(name)
}

const longestLabel = 40

/** A name by which the people of an application recognize one of its secrets, like “production”. Optional: may be empty. */
export function checkSecretLabel(
  typed: string,
): { readonly value: string } | { readonly problem: NamedProblem } {
  const value = typed.normalize('NFC').replaceAll(/\s+/g, ' ').trim()
  if ([...value].length > longestLabel) return { problem: { code: 'tooLong', most: longestLabel } }
  const problem = nameProblem(value)
  return problem === undefined ? { value } : { problem }
}
