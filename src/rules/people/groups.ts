import type { NamedProblem } from '../../values/problem.ts'
import { isUnreadable } from '../names.ts'

/** The `groups` claim of a person. A name has no comma and no line break, which separate names in the form. */
export type Groups = readonly string[]

const mostGroups = 100
const longest = 100

/** One per line, or separated by commas. Each once, in the order in which they were typed. */
export function checkGroups(typed: string): { readonly value: Groups } | { readonly problem: NamedProblem } {
  const names = typed.normalize('NFC').split(/[\r\n,]+/)
  const groups = [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))]
  if (groups.length > mostGroups) return { problem: { code: 'groupsMany', most: mostGroups } }
  const wrong = groups.find((name) => name.length > longest || isUnreadable(name))
  if (wrong === undefined) return { value: groups }
  return { problem: { code: 'groupForm', most: longest } }
}
