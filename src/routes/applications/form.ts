import { type ClientForm, type ClientSettings, parseClientForm } from '../../rules/clients/form.ts'
import { lookalikeOf } from '../../rules/clients/lookalike.ts'
import { may } from '../../rules/people/role.ts'
import { listTrustedNames } from '../../store/clients/trusted-names.ts'
import { read } from '../../store/database.ts'
import { findUserByName } from '../../store/people/users.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import type { FieldProblem, NamedProblem } from '../../values/problem.ts'

/** The form with the owner, a username, which only administrators may choose. */
export interface OwnedForm extends ClientForm {
  readonly owner: string | undefined
}

/** The names of its fields. None of them is a secret. */
export const clientFields: readonly string[] = [
  'name',
  'client_type',
  'authorization_grant_type',
  'further_grant_types',
  'redirect_uris',
  'post_logout_redirect_uris',
  'allowed_origins',
  'owner',
]

export function readClientForm(pairs: URLSearchParams): OwnedForm {
  const typed = (name: string) => pairs.get(name) ?? ''
  return {
    name: typed('name'),
    clientType: typed('client_type'),
    grantType: typed('authorization_grant_type'),
    furtherGrantTypes: pairs.getAll('further_grant_types'),
    redirectUris: typed('redirect_uris'),
    postLogoutRedirectUris: typed('post_logout_redirect_uris'),
    allowedOrigins: typed('allowed_origins'),
    owner: pairs.get('owner') ?? undefined,
  }
}

/** A form in the fields that it is read from. */
export function writeClientForm(form: OwnedForm): URLSearchParams {
  const { name, clientType, grantType, redirectUris, postLogoutRedirectUris, allowedOrigins, owner } = form
  // In the order of the names.
  const values = [
    name,
    clientType,
    grantType,
    form.furtherGrantTypes,
    redirectUris,
    postLogoutRedirectUris,
    allowedOrigins,
    owner,
  ]
  return new URLSearchParams(
    clientFields.flatMap((field, i) => [values[i] ?? []].flat().map((value) => [field, value])),
  )
}

export type CheckedForm =
  | { readonly settings: ClientSettings; readonly ownerId: string }
  | { readonly problems: readonly FieldProblem[] }

/** The context of a check. */
export interface Checking {
  readonly session: Session
  /** The owner, if the form has none. */
  readonly ownerId: string
  /** The current name. */
  readonly name: string | undefined
  /** The name of this server. */
  readonly serverName: string
}

/** Checks the whole form, so that all problems are named at once. */
export async function checkOwnedForm(
  db: D1Database,
  form: OwnedForm,
  checking: Checking,
): Promise<CheckedForm> {
  const parsed = parseClientForm(form, checking.name)
  const owner = await findOwner(db, checking.session, form.owner, checking.ownerId)
  const problems = [
    ...('problems' in parsed ? parsed.problems : await problemsOfName(db, parsed.settings.name, checking)),
    ...('problem' in owner ? [{ field: 'owner', problem: owner.problem }] : []),
  ]
  if ('problems' in parsed || 'problem' in owner || problems.length > 0) return { problems }
  return { settings: parsed.settings, ownerId: owner.id }
}

/** A new name must not look like a trusted one. Administrators decide about trust themselves. */
async function problemsOfName(
  db: D1Database,
  name: string,
  { session, ownerId, name: before, serverName }: Checking,
): Promise<readonly FieldProblem[]> {
  if (name === before || may(session.user.role, 'administer')) return []
  const { trusted } = await read(db, { trusted: listTrustedNames(db) })
  const client = { name, ownerId, trust: 'unverified', registeredBy: 'person' } as const
  const found = lookalikeOf(client, trusted, serverName)
  if (found === undefined) return []
  const code = found.of === 'server' ? 'nameServer' : 'nameTrusted'
  return [{ field: 'name', problem: { code, name: found.name } }]
}

async function findOwner(
  db: D1Database,
  session: Session,
  typed: string | undefined,
  ownerId: string,
): Promise<{ readonly id: string } | { readonly problem: NamedProblem }> {
  if (session.user.role !== 'administrator' || typed === undefined) return { id: ownerId }
  if (typed.trim() === '') return { problem: { code: 'ownerMissing' } }
  // Longer than any username.
  const { owner } = await read(db, { owner: findUserByName(db, typed.slice(0, 256)) })
  return owner ?? { problem: { code: 'ownerUnknown', name: typed.trim().slice(0, 64) } }
}
