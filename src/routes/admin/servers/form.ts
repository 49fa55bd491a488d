import type { WholeServer } from '../../../acts/clients/other-servers.ts'
import { callProblem } from '../../../rules/callable-url.ts'
import { lengthProblem, nameProblem } from '../../../rules/names.ts'
import { isRefusal } from '../../../rules/refusal.ts'
import { formatScope, parseScope } from '../../../rules/requests/scope.ts'
import { type UserField, userFields } from '../../../rules/tokens/assertion.ts'
import type { FieldProblem, NamedProblem } from '../../../values/problem.ts'

/** The form as it was typed. */
export interface ServerForm {
  readonly issuer: string
  readonly name: string
  readonly jwksUri: string
  readonly audience: string
  readonly userField: string
  /** Client ids, one a line. */
  readonly accepted: string
  /** One per line: a client id, and the one at the other server. */
  readonly asserted: string
  readonly assertionScope: string
}

export const serverFields: readonly string[] = [
  'issuer',
  'name',
  'jwks_uri',
  'audience',
  'user_field',
  'accepted',
  'asserted',
  'assertion_scope',
]

export function serverForm({ server, accepted, asserted }: WholeServer): ServerForm {
  return {
    issuer: server.issuer,
    name: server.name,
    jwksUri: server.jwksUri ?? '',
    audience: server.audience ?? '',
    userField: server.userField,
    accepted: accepted.join('\n'),
    asserted: asserted.map(({ clientId, knownAs }) => `${clientId} ${knownAs}`).join('\n'),
    assertionScope: formatScope(server.assertionScope),
  }
}

/** A form in the fields that it is read from. */
export function writeServerForm(form: ServerForm): URLSearchParams {
  const { issuer, name, jwksUri, audience, userField, accepted, asserted, assertionScope } = form
  const values = [issuer, name, jwksUri, audience, userField, accepted, asserted, assertionScope]
  return new URLSearchParams(serverFields.map((field, i) => [field, values[i] ?? '']))
}

/** The issuer of a saved server does not change: assertions and authorizations name it. */
export function readServerForm(pairs: URLSearchParams, issuer: string | undefined): ServerForm {
  const typed = (name: string) => (pairs.get(name) ?? '').trim()
  return {
    issuer: issuer ?? typed('issuer'),
    name: typed('name'),
    jwksUri: typed('jwks_uri'),
    audience: typed('audience'),
    userField: pairs.get('user_field') ?? userFields[0],
    accepted: typed('accepted'),
    asserted: typed('asserted'),
    assertionScope: typed('assertion_scope'),
  }
}

/** The claim that each of our columns is compared with. */
const claimOf: Readonly<Record<UserField, string>> = {
  id: 'sub',
  username: 'preferred_username',
  email: 'email',
}

const mostNamed = 50
const longestText = 300

export function parseServerForm(
  form: ServerForm,
  ownIssuer: string,
  nameBefore: string | undefined,
): WholeServer | { readonly problems: readonly FieldProblem[] } {
  const problems: FieldProblem[] = []
  const note = (field: string, problem: NamedProblem | undefined) => {
    if (problem !== undefined) problems.push({ field, problem })
  }
  const { issuer, jwksUri, audience } = form
  note('issuer', issuer === ownIssuer ? { code: 'apiSelf' } : callProblem(issuer, ownIssuer))
  const name = form.name.normalize('NFC')
  if (name === '') note('name', { code: 'apiName' })
  else note('name', lengthProblem(name, nameBefore) ?? nameProblem(name))
  const accepted = wordsOf(form.accepted)
  // Without its keys none of its signatures can be verified.
  if (jwksUri !== '' || accepted.length > 0) note('jwks_uri', callProblem(jwksUri, ownIssuer))
  if (audience.length > longestText) note('audience', { code: 'tooLong', most: longestText })
  const userField = userFields.find((known) => known === form.userField)
  if (userField === undefined) note('user_field', { code: 'policyChoice' })
  const asserted = form.asserted.split(/[\r\n]+/).flatMap((line) => {
    const [clientId, knownAs = clientId] = line.trim().split(/\s+/)
    return clientId === undefined || clientId === '' || knownAs === undefined ? [] : [{ clientId, knownAs }]
  })
  for (const [field, list] of Object.entries({ accepted, asserted })) {
    if (list.length > mostNamed) note(field, { code: 'introspectorsMany', most: mostNamed })
  }
  if (asserted.some(({ knownAs }) => knownAs.length > longestText))
    note('asserted', { code: 'tooLong', most: longestText })
  const assertionScope = form.assertionScope === '' ? [] : parseScope(form.assertionScope)
  if (isRefusal(assertionScope)) note('assertion_scope', { code: 'scopeName' })
  if (problems.length > 0 || userField === undefined || isRefusal(assertionScope)) return { problems }
  return {
    server: {
      issuer,
      name,
      jwksUri: jwksUri === '' ? undefined : jwksUri,
      audience: audience === '' ? undefined : audience,
      userField,
      userClaim: claimOf[userField],
      assertionScope,
    },
    accepted,
    asserted,
  }
}

function wordsOf(typed: string): readonly string[] {
  return [...new Set(typed.split(/\s+/).filter((word) => word !== ''))]
}

/** For lines that are not a confidential application. */
export function unknownClients(
  unknown: Readonly<Record<string, readonly string[]>>,
): readonly FieldProblem[] {
  return Object.entries(unknown).flatMap(([field, ids]) =>
    ids.map((id) => ({ field, problem: { code: 'introspectorUnknown' as const, name: id.slice(0, 64) } })),
  )
}
