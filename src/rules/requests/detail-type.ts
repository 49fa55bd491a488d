import { type Schema, Validator } from '@cfworker/json-schema'
import { isObject, parseJson } from '../../values/json.ts'
import type { FieldProblem } from '../../values/problem.ts'
import { isUnreadable } from '../names.ts'
import { shownInError } from '../refusal.ts'

/** One authorization that a client requests, with its parameters. RFC 9396 §2. */
export interface AuthorizationDetail {
  readonly type: string
  readonly [member: string]: unknown
}

/** A type that an administrator registered: what its members may be, and the words for people. */
export interface DetailType {
  readonly type: string
  /** The heading on the consent page. */
  readonly title: string
  /** Of an object; a `title` of a property is its name for people. */
  readonly schema: Schema
}

/** Limits in characters. */
const longestSchema = 8000
const longestTitle = 100

/** A type as an administrator typed it. */
export function parseDetailType(typed: {
  readonly type: string
  readonly title: string
  readonly schema: string
}): { readonly type: DetailType } | { readonly problems: readonly FieldProblem[] } {
  const { type, title } = typed
  const schema = parseSchema(typed.schema)
  const isTitle = title !== '' && [...title].length <= longestTitle && !isUnreadable(title)
  const problems: FieldProblem[] = [
    ...(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(type) ? [] : [fault('type', 'detailType')]),
    ...(isTitle ? [] : [fault('title', 'detailTitle')]),
    ...(schema === undefined ? [fault('schema', 'detailSchema')] : []),
  ]
  return schema === undefined || problems.length > 0 ? { problems } : { type: { type, title, schema } }
}

function fault(field: string, code: 'detailType' | 'detailTitle' | 'detailSchema'): FieldProblem {
  return { field, problem: { code } }
}

/** The schema of an object in JSON, or undefined when it can't be used. */
function parseSchema(text: string): Schema | undefined {
  const schema = text.length > longestSchema ? undefined : parseJson(text)
  if (!isObject(schema)) return undefined
  const { type = 'object', properties } = schema
  if (type !== 'object' || !isObject(properties)) return undefined
  try {
    // A reference that leads nowhere, or a pattern that is none, is found by validating something.
    schemaFault({ schema }, probe(properties))
    return schema
  } catch {
    return undefined
  }
}

/** A value for each property: so each of their schemas is used once. */
function probe(properties: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.keys(properties).map((name) => [name, '']))
}

/** The first member that the schema refuses, never its value. RFC 9396 §5: members that the type does not define are refused. */
export function schemaFault(
  { schema }: Pick<DetailType, 'schema'>,
  { type: _, ...members }: Readonly<Record<string, unknown>>,
): string | undefined {
  const closed: Schema = { additionalProperties: false, ...schema, type: 'object' }
  const { valid, errors } = new Validator(closed, '2020-12').validate(members)
  if (valid) return undefined
  // The innermost error comes last.
  const { instanceLocation = '#', keyword = '' } = errors.findLast(({ keyword }) => keyword !== 'false') ?? {}
  return `does not fit its type at ${shownInError(instanceLocation.slice(1) || '/')} (${keyword})`
}
