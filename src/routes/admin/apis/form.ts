import { lengthProblem, nameProblem } from '../../../rules/names.ts'
import { accessTokenTyps, isOwnApi, type OwnApi } from '../../../rules/requests/resource.ts'
import { isIdentifier } from '../../../rules/requests/resource-identifier.ts'
import { formatScopeLines, parseScopeLines, type TypedScope } from '../../../rules/requests/scope-form.ts'
import { signingAlgorithms } from '../../../rules/server/signing-keys.ts'
import type { RegisteredApi } from '../../../store/requests/apis.ts'
import { formatDuration, parseDuration } from '../../../values/duration.ts'
import type { FieldProblem, NamedProblem } from '../../../values/problem.ts'
import { clientIdsIn, fieldsOf, mostNamed } from '../form.ts'

export const apiFields = [
  'identifier',
  'name',
  'access_token_lifetime',
  'access_token_signed_response_alg',
  'access_token_typ',
  'scopes',
  'restricted_scopes',
  // Client ids, one per line.
  'introspectors',
  'exchangers',
] as const

/** The form as submitted. */
export type ApiForm = Readonly<Record<(typeof apiFields)[number], string>>

/** The values of a new API that are not empty. */
const preset: Partial<ApiForm> = { access_token_signed_response_alg: 'ES256', access_token_typ: 'at+jwt' }

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
    access_token_lifetime: accessTokenLifetime === undefined ? '' : formatDuration(accessTokenLifetime),
    access_token_signed_response_alg: accessTokenAlg,
    access_token_typ: accessTokenTyp,
    scopes: formatScopeLines(scopes, false),
    restricted_scopes: formatScopeLines(scopes, true),
    introspectors: introspectors.join('\n'),
    exchangers: exchangers.join('\n'),
  }
}

/** A form in the fields that it is read from. */
export function writeApiForm(form: ApiForm): URLSearchParams {
  return new URLSearchParams(form)
}

/** The identifier of an existing API does not change: it is in every token for it. */
export function readApiForm(pairs: URLSearchParams, identifier: string | undefined): ApiForm {
  const form = fieldsOf(apiFields, (field) => pairs.get(field) ?? preset[field] ?? '')
  return { ...form, identifier: identifier ?? form.identifier.trim() }
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
  const lifetime = parseDuration(form.access_token_lifetime, 60, 30 * 86_400)
  if ('problem' in lifetime) note('access_token_lifetime', lifetime.problem)
  const accessTokenAlg = signingAlgorithms.find((known) => known === form.access_token_signed_response_alg)
  if (accessTokenAlg === undefined) note('access_token_signed_response_alg', { code: 'policyChoice' })
  const accessTokenTyp = accessTokenTyps.find((known) => known === form.access_token_typ)
  if (accessTokenTyp === undefined) note('access_token_typ', { code: 'policyChoice' })
  const free = parseScopeLines('scopes', form.scopes, false)
  const restricted = parseScopeLines('restricted_scopes', form.restricted_scopes, true)
  problems.push(...free.problems, ...restricted.problems)
  const scopes = [...free.scopes, ...restricted.scopes]
  const twice = scopes.find(({ name }, i) => scopes.findIndex((other) => other.name === name) < i)
  if (twice !== undefined) note('restricted_scopes', { code: 'scopeTwice', name: twice.name })
  const introspectors = clientIdsIn(form.introspectors)
  const exchangers = clientIdsIn(form.exchangers)
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
