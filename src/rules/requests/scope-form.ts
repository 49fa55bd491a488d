import type { FieldProblem, NamedProblem } from '../../values/problem.ts'
import type { Client } from '../clients/client.ts'
import { isUnreadable } from '../names.ts'
import { type Scope, scopeOfNewClient, unionScope } from './scope.ts'

/** The text that people are shown, and who may allow an application to request it. */
export interface TypedScope {
  readonly name: string
  readonly description: string
  readonly restricted: boolean
}

/** Scopes with a meaning in the code: their descriptions may change, but they can't be deleted. */
export const builtInScopes: readonly string[] = [
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'groups',
  'offline_access',
  'introspection',
]

const mostScopes = 100
const longestDescription = 200

/** NQCHAR of RFC 6749 §3.3. */
const scopeName = /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/

/** The problem of a scope, if any. */
export function scopeProblem(name: string, description: string): NamedProblem | undefined {
  if (!scopeName.test(name)) return { code: 'scopeName' }
  // Otherwise “tools:read: Read tools” would create a scope that no application requests.
  if (name.endsWith(':')) return { code: 'scopeColon', name }
  if (description === '') return { code: 'scopeMeaning', name }
  if ([...description].length > longestDescription)
    return { code: 'scopeLong', name, most: longestDescription }
  // People decide by this text. It is a sentence, which may mention letters of other alphabets.
  return isUnreadable(description) ? { code: 'scopeControl', name } : undefined
}

/** One per line: the name, a space or a colon with a space, then its description. */
export function parseScopeLines(
  field: string,
  typed: string,
  restricted: boolean,
): { readonly scopes: readonly TypedScope[]; readonly problems: readonly FieldProblem[] } {
  const lines = typed.split(/\r\n|\r|\n/).map((line) => line.trim())
  const filled = lines.filter((line) => line !== '')
  if (filled.length > mostScopes)
    return { scopes: [], problems: [{ field, problem: { code: 'scopesMany', most: mostScopes } }] }
  const scopes = filled.map((line) => {
    const [, name = '', description = ''] = /^(\S+?)(?::?\s+(.*))?$/su.exec(line) ?? []
    return { name, description: description.normalize('NFC'), restricted }
  })
  const problems = scopes.flatMap(({ name, description }) => {
    const problem = scopeProblem(name, description)
    if (problem === undefined) return []
    const number = lines.findIndex((line) => line.startsWith(name)) + 1
    return [{ field, problem: { code: 'scopeLine', number, problem } as const }]
  })
  return { scopes, problems }
}

export function formatScopeLines(scopes: readonly TypedScope[], restricted: boolean): string {
  return scopes
    .filter((scope) => scope.restricted === restricted)
    .map(({ name, description }) => `${name} ${description}`)
    .join('\n')
}

/** Limit of scopes, however many APIs there are. */
const mostOfClient = 300

/**
 * The scopes that a client may request, among those that need no administrator: nobody is here to tick the scopes of an API for
 * it. MCP clients register with the scopes they need first, and request more once an API requires them (RFC 6750 §3.1), so a
 * named scope does not exclude the others. A metadata document is written once for all servers: its scopes are the complete
 * list.
 */
export function scopeOfMetadata(
  scope: string | null | undefined,
  { registeredBy, policy }: Pick<Client, 'registeredBy' | 'policy'>,
  allowed: Scope,
): Scope {
  const named = scope?.split(' ').filter((name) => allowed.includes(name)) ?? []
  if (registeredBy === 'document' && named.length > 0) return [...new Set(named)]
  const usual = scopeOfNewClient.filter((name) => allowed.includes(name))
  const more = policy.scope.length === 0 ? [...usual, ...allowed] : policy.scope
  return unionScope(named, more).slice(0, mostOfClient)
}
