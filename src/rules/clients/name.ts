import type { NamedProblem } from '../../values/problem.ts'
import { nameProblem } from '../names.ts'

export const longestName = 100

export interface ClientName {
  readonly name: string
  /** Why it can't be the name of a client, and what would be right. */
  readonly problem: NamedProblem | undefined
}

/** A name is shown to people who decide by it. */
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
