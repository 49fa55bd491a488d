import type { Problem } from '../../ui/forms/fields.tsx'
import type { FieldProblem } from '../../values/problem.ts'

/** A text for each of these fields. */
export function fieldsOf<F extends string>(
  fields: readonly F[],
  textOf: (field: F) => string,
): Readonly<Record<F, string>> {
  // Object.fromEntries loses the type of the keys, which are exactly these.
  return Object.fromEntries(fields.map((field) => [field, textOf(field)])) as Record<F, string>
}

/** Client ids between white space. */
export function clientIdsIn(typed: string): readonly string[] {
  return [...new Set(typed.split(/\s+/).filter((id) => id !== ''))]
}

/** Limit of the clients in one field. */
export const mostNamed = 50

/** For ids that are not of a confidential client, by field. */
export function unknownClients(
  unknown: Readonly<Record<string, readonly string[]>>,
): readonly FieldProblem[] {
  return Object.entries(unknown).flatMap(([field, ids]) =>
    ids.map((id) => ({ field, problem: { code: 'introspectorUnknown' as const, name: id.slice(0, 64) } })),
  )
}

/** A problem of the form as a whole, shown at its first field that can be changed. */
export function formProblems(problem: string | undefined, field = 'name'): readonly Problem[] {
  return problem === undefined ? [] : [{ field, text: problem }]
}
