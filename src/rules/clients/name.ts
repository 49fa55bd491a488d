import type { NamedProblem } from '../../values/problem.ts'
import { lengthProblem, longestName, nameProblem } from '../names.ts'

export interface ClientName {
  readonly name: string
  /** Problem of this name for a client, with a hint for a valid one. */
  readonly problem: NamedProblem | undefined
}

/** The name of a client, by which people decide. `before`: its current name. */
export function parseClientName(typed: string, before?: string): ClientName {
  const name = typed.normalize('NFC').trim()
  return { name, problem: lengthProblem(name, before) ?? problemOf(name) }
}

/**
 * The name of a client that registers or publishes itself. A longer one is cut, and the answer has the cut one: a server may
 * replace values (RFC 7591 §2), and a program could not ask its author for another name.
 */
export function cutName(name: string): string {
  const letters = [...name.normalize('NFC').trim()]
  return letters.length > longestName
    ? `${letters
        .slice(0, longestName - 1)
        .join('')
        .trim()}…`
    : name
}

const visible = /[\p{L}\p{N}\p{P}\p{S}]/u

function problemOf(name: string): NamedProblem | undefined {
  if (name === '') return { code: 'nameMissing' }
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
