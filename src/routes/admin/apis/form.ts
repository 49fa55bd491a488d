import { lengthProblem, nameProblem } from '../../../rules/names.ts'
import { accessTokenTyps, isOwnApi, type OwnApi } from '../../../rules/requests/resource.ts'
import { isIdentifier } from '../../../rules/requests/resource-identifier.ts'
import { formatScopeLines, parseScopeLines, type TypedScope } from '../../../rules/requests/scope-form.ts'
import { signingAlgorithms } from '../../../rules/server/signing-keys.ts'
import type { RegisteredApi } from '../../../store/requests/apis.ts'
import { formatDuration, parseDuration } from '../../../values/duration.ts'
import type { FieldProblem, NamedProblem } from '../../../values/problem.ts'

/** The form as submitted. */
export interface ApiForm {
  readonly identifier: string
  readonly name: string
  readonly accessTokenLifetime: string
  readonly accessTokenAlg: string
  readonly accessTokenTyp: string
  readonly scopes: string
  readonly restrictedScopes: string
  /** Client ids, one per line. */
  readonly introspectors: string
  /** The same. */
  readonly exchangers: string
}

export const emptyApiForm: ApiForm = {
  identifier: '',
  name: '',
  accessTokenLifetime: '',
  accessTokenAlg: 'ES256',
  accessTokenTyp: 'at+jwt',
  scopes: '',
  restrictedScopes: '',
  introspectors: '',
  exchangers: '',
}

export function apiForm(
  api: RegisteredApi,
  scopes: readonly TypedScope[],
  introspectors: readonly string[],
  exchangers: readonly string[],
): ApiForm {
  const { identifier, name, accessTokenLifetime, accessTokenAlg, accessTokenTyp } = api
  return {
    identifier,
    name,
    accessTokenLifetime: accessTokenLifetime === undefined ? '' : formatDuration(accessTokenLifetime),
    accessTokenAlg,
    accessTokenTyp,
    scopes: formatScopeLines(scopes, false),
    restrictedScopes: formatScopeLines(scopes, true),
    introspectors: introspectors.join('\n'),
    exchangers: exchangers.join('\n'),
  }
}

export const apiFields: readonly string[] = [
  'identifier',
  'name',
  'access_token_lifetime',
  'access_token_signed_response_alg',
  'access_token_typ',
  'scopes',
  'restricted_scopes',
  'introspectors',
  'exchangers',
]

/** A form in the fields that it is read from. */
export function writeApiForm(form: ApiForm): URLSearchParams {
  const { identifier, name, accessTokenLifetime, accessTokenAlg, accessTokenTyp } = form
  const { scopes, restrictedScopes, introspectors, exchangers } = form
  const values = [
    identifier,
    name,
    accessTokenLifetime,
    accessTokenAlg,
    accessTokenTyp,
    scopes,
    restrictedScopes,
    introspectors,
    exchangers,
  ]
  return new URLSearchParams(apiFields.map((field, i) => [field, values[i] ?? '']))
}

/** The identifier of an existing API does not change: it is in every token for it. */
export function readApiForm(pairs: URLSearchParams, identifier: string | undefined): ApiForm {
  const typed = (name: string) => pairs.get(name) ?? ''
  return {
    identifier: identifier ?? typed('identifier').trim(),
    name: typed('name'),
    accessTokenLifetime: typed('access_token_lifetime'),
    accessTokenAlg: pairs.get('access_token_signed_response_alg') ?? emptyApiForm.accessTokenAlg,
    accessTokenTyp: pairs.get('access_token_typ') ?? emptyApiForm.accessTokenTyp,
    scopes: typed('scopes'),
    restrictedScopes: typed('restricted_scopes'),
    introspectors: typed('introspectors'),
    exchangers: typed('exchangers'),
  }
}

export type ParsedApi =
  | {
      readonly api: RegisteredApi
      readonly scopes: readonly TypedScope[]
      readonly introspectors: readonly string[]
      readonly exchangers: readonly string[]
    }
  | { readonly problems: readonly FieldProblem[] }

/** `nameBefore`: the current name of an API that is changed. */
export function parseApiForm(form: ApiForm, own: OwnApi, nameBefore: string | undefined): ParsedApi {
  const problems: FieldProblem[] = []
  const note = (field: string, problem: NamedProblem) => void problems.push({ field, problem })
  const name = form.name.normalize('NFC').trim()
  if (!isIdentifier(form.identifier) || form.identifier.includes('#'))
    note('identifier', { code: 'apiIdentifier' })
  else if (isOwnApi(form.identifier, own)) note('identifier', { code: 'apiSelf' })
  if (name === '') note('name', { code: 'apiName' })
  else {
    const problem = lengthProblem(name, nameBefore) ?? nameProblem(name)
    if (problem !== undefined) note('name', problem)
  }
  const lifetime = parseDuration(form.accessTokenLifetime, 60, 30 * 86_400)
  if ('problem' in lifetime) note('access_token_lifetime', lifetime.problem)
  const accessTokenAlg = signingAlgorithms.find((known) => known === form.accessTokenAlg)
  if (accessTokenAlg === undefined) note('access_token_signed_response_alg', { code: 'policyChoice' })
  const accessTokenTyp = accessTokenTyps.find((known) => known === form.accessTokenTyp)
  if (accessTokenTyp === undefined) note('access_token_typ', { code: 'policyChoice' })
  const free = parseScopeLines('scopes', form.scopes, false)
  const restricted = parseScopeLines('restricted_scopes', form.restrictedScopes, true)
  problems.push(...free.problems, ...restricted.problems)
  const scopes = [...free.scopes, ...restricted.scopes]
  const twice = scopes.find(({ name }, i) => scopes.findIndex((other) => other.name === name) < i)
  if (twice !== undefined) note('restricted_scopes', { code: 'scopeTwice', name: twice.name })
  const introspectors = linesOf(form.introspectors)
  const exchangers = linesOf(form.exchangers)
  for (const [field, ids] of Object.entries({ introspectors, exchangers })) {
    if (ids.length > mostNamed) note(field, { code: 'introspectorsMany', most: mostNamed })
  }
  if (problems.length > 0 || 'problem' in lifetime) return { problems }
  if (accessTokenAlg === undefined || accessTokenTyp === undefined) return { problems }
  const { identifier } = form
  return {
    api: { identifier, name, accessTokenLifetime: lifetime.seconds, accessTokenAlg, accessTokenTyp },
    scopes,
    introspectors,
    exchangers,
  }
}

const mostNamed = 50

function linesOf(typed: string): readonly string[] {
  return [...new Set(typed.split(/\s+/).filter((line) => line !== ''))]
}

/** For lines that are not a confidential application. */
export function namedProblems(unknown: Readonly<Record<string, readonly string[]>>): readonly FieldProblem[] {
  return Object.entries(unknown).flatMap(([field, ids]) =>
    ids.map((id) => ({ field, problem: { code: 'introspectorUnknown' as const, name: id.slice(0, 64) } })),
  )
}
