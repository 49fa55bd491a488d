import type { FieldProblem, NamedProblem } from '../../values/problem.ts'
import { isUnreadable } from '../names.ts'

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
