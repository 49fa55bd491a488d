import type { WholeServer } from '../../../acts/clients/other-servers.ts'
import { callProblem } from '../../../rules/callable-url.ts'
import { lengthProblem, nameProblem } from '../../../rules/names.ts'
import { isRefusal } from '../../../rules/refusal.ts'
import { formatScope, parseScope } from '../../../rules/requests/scope.ts'
import { type UserField, userFields } from '../../../rules/tokens/assertion.ts'
import type { FieldProblem, NamedProblem } from '../../../values/problem.ts'
import { clientIdsIn, fieldsOf, mostNamed } from '../form.ts'

export const serverFields = [
  'issuer',
  'name',
  'jwks_uri',
  'audience',
  'user_field',
  // Client ids, one per line.
  'accepted',
  // One per line: a client id, and the one at the other server.
  'asserted',
  'assertion_scope',
] as const

/** The form as it was typed. */
export type ServerForm = Readonly<Record<(typeof serverFields)[number], string>>

export function serverForm({ server, accepted, asserted }: WholeServer): ServerForm {
  return {
    issuer: server.issuer,
    name: server.name,
    jwks_uri: server.jwksUri ?? '',
    audience: server.audience ?? '',
    user_field: server.userField,
    accepted: accepted.join('\n'),
    asserted: asserted.map(({ clientId, knownAs }) => `${clientId} ${knownAs}`).join('\n'),
    assertion_scope: formatScope(server.assertionScope),
  }
}

/** A form in the fields that it is read from. */
export function writeServerForm(form: ServerForm): URLSearchParams {
  return new URLSearchParams(form)
}

/** The issuer of a saved server does not change: assertions and authorizations name it. */
export function readServerForm(pairs: URLSearchParams, issuer: string | undefined): ServerForm {
  const form = fieldsOf(serverFields, (field) => (pairs.get(field) ?? '').trim())
  return { ...form, issuer: issuer ?? form.issuer, user_field: form.user_field || userFields[0] }
}

/** The claim that each of our columns is compared with. */
const claimOf: Readonly<Record<UserField, string>> = {
  id: 'sub',
  username: 'preferred_username',
  email: 'email',
}

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
  const { issuer, jwks_uri: jwksUri, audience } = form
  note('issuer', issuer === ownIssuer ? { code: 'apiSelf' } : callProblem(issuer, ownIssuer))
  const name = form.name.normalize('NFC')
  if (name === '') note('name', { code: 'apiName' })
  else note('name', lengthProblem(name, nameBefore) ?? nameProblem(name))
  const accepted = clientIdsIn(form.accepted)
  // Without its keys none of its signatures can be verified.
  if (jwksUri !== '' || accepted.length > 0) note('jwks_uri', callProblem(jwksUri, ownIssuer))
  if (audience.length > longestText) note('audience', { code: 'tooLong', most: longestText })
  const userField = userFields.find((known) => known === form.user_field)
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
  const assertionScope = form.assertion_scope === '' ? [] : parseScope(form.assertion_scope)
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
