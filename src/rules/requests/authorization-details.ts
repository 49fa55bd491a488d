import type { Schema } from '@cfworker/json-schema'
import { isObject, isWithin, parseJson } from '../../values/json.ts'
import { isUnreadable } from '../names.ts'
import { type Refusal, refuse, shownInError } from '../refusal.ts'
import { type AuthorizationDetail, type DetailType, schemaFault } from './detail-type.ts'
import type { Target } from './resource.ts'

/** Limits of one request: `authorization_details` as text, in characters, and its elements. */
const longest = 4000
const most = 10
/** Levels of an element: people read every one. */
const deepest = 8

/** `authorization_details` (RFC 9396 §2), as far as it can be read without its types. Empty: not sent. */
export function parseDetails(text: string | undefined): readonly AuthorizationDetail[] | Refusal {
  if (text === undefined) return []
  if (text.length > longest) return invalid(`authorization_details is longer than ${longest} characters`)
  const list = parseJson(text)
  if (!Array.isArray(list) || list.length === 0 || list.length > most)
    return invalid(`authorization_details must be a JSON array of 1 to ${most} objects`)
  if (!list.every(isDetail))
    return invalid('Each element of authorization_details must be an object with a type')
  if (!list.every((detail) => isWithin(deepest, detail)))
    return invalid(`authorization_details is nested deeper than ${deepest} levels`)
  // People decide by these texts.
  return textsIn(list).some(isUnreadable)
    ? invalid('authorization_details contains characters that cannot be shown')
    : list
}

export function typesOf(details: readonly AuthorizationDetail[]): readonly string[] {
  return details.map(({ type }) => type)
}

/** RFC 9396 §5: each element has a known type that this client may use, and the members that the type allows. */
export function checkDetails(
  asked: readonly AuthorizationDetail[],
  known: readonly DetailType[],
  allowed: readonly string[],
): Refusal | undefined {
  for (const [index, detail] of asked.entries()) {
    const found = known.find(({ type }) => type === detail.type)
    if (found === undefined)
      return invalid(`Unknown type of authorization details: ${shownInError(detail.type)}`)
    if (!allowed.includes(detail.type))
      return invalid(`This application may not ask for authorization details of this type: ${detail.type}`)
    const fault = schemaFault(found, detail)
    if (fault !== undefined) return invalid(`authorization_details[${index}] ${fault}`)
  }
  return undefined
}

/**
 * A target with the elements for its token: those that are requested, which must be among the granted ones (RFC 9396 §6.1); all
 * of them if nothing is requested. Those that name other locations than the audience are for another token (§2.2).
 */
export function withDetails(
  target: Target,
  granted: readonly AuthorizationDetail[],
  asked: readonly AuthorizationDetail[],
): Target | Refusal {
  const known = new Set(granted.map(canonical))
  if (!asked.every((detail) => known.has(canonical(detail))))
    return invalid('authorization_details exceeds what was granted: repeat granted elements, or leave it out')
  const details = (asked.length === 0 ? granted : asked).filter(
    ({ locations }) => !Array.isArray(locations) || locations.includes(target.audience),
  )
  return details.length === 0 ? target : { ...target, details }
}

/** A member and its value in words: for the consent page. */
export interface DetailRow {
  readonly name: string
  readonly value: string
}

export interface ExplainedDetail {
  readonly title: string
  readonly rows: readonly DetailRow[]
}

/** An element in words for the person who decides. Undefined if its type is none of `known`. */
export function explainDetail(
  detail: AuthorizationDetail,
  known: readonly DetailType[],
): ExplainedDetail | undefined {
  const found = known.find(({ type }) => type === detail.type)
  return found && { title: found.title, rows: rowsOf(detail, found) }
}

/**
 * The details of a request that waits for a person, in words; a refusal if the client may not ask for one of them any more.
 */
export function explainWaiting(
  asked: readonly AuthorizationDetail[],
  known: readonly DetailType[],
  allowed: readonly string[],
): readonly ExplainedDetail[] | Refusal {
  return checkDetails(asked, known, allowed) ?? asked.flatMap((detail) => explainDetail(detail, known) ?? [])
}

/** Every member except `type`, nested ones after their parents. Nothing that was requested is left out. */
function rowsOf({ type: _, ...members }: AuthorizationDetail, { schema }: DetailType): readonly DetailRow[] {
  return Object.entries(members).flatMap(([name, value]) =>
    rows(titleIn(schema, name), value, propertyOf(schema, name)),
  )
}

function rows(name: string, value: unknown, schema: Schema | undefined): readonly DetailRow[] {
  if (typeof value !== 'object' || value === null) return [{ name, value: String(value) }]
  // An empty member was requested, too.
  if (Object.keys(value).length === 0) return [{ name, value: '–' }]
  if (!Array.isArray(value))
    return Object.entries(value).flatMap(([member, inner]) =>
      rows(`${name}: ${titleIn(schema, member)}`, inner, propertyOf(schema, member)),
    )
  const simple = value.every((one) => typeof one !== 'object' || one === null)
  if (simple) return [{ name, value: value.map(String).join(', ') }]
  return value.flatMap((one, index) => rows(`${name} ${index + 1}`, one, itemOf(schema)))
}

function propertyOf(schema: Schema | undefined, name: string): Schema | undefined {
  const found =
    schema?.properties !== undefined && Object.hasOwn(schema.properties, name) && schema.properties[name]
  return typeof found === 'object' ? found : undefined
}

function itemOf(schema: Schema | undefined): Schema | undefined {
  return typeof schema?.items === 'object' && !Array.isArray(schema.items) ? schema.items : undefined
}

/** JSON Schema Validation 2020-12 §9.1. The library's type lacks it. */
function titleIn(schema: Schema | undefined, name: string): string {
  const property: (Schema & { readonly title?: unknown }) | undefined = propertyOf(schema, name)
  return typeof property?.title === 'string' ? property.title : name
}

function isDetail(value: unknown): value is AuthorizationDetail {
  return isObject(value) && typeof value.type === 'string'
}

/** Every text and every name of a member, however deep. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return isObject(value) ? Object.entries(value).flatMap(([name, inner]) => [name, ...textsIn(inner)]) : []
}

/** The same text for equal values, in whatever order their members are. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${members.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`
}

function invalid(description: string): Refusal {
  return refuse('invalid_authorization_details', description)
}
