import type { FieldProblem } from './client-form.ts'

/** What people are asked about, and who may allow an application to ask. */
export interface TypedScope {
  readonly name: string
  readonly description: string
  readonly restricted: boolean
}

/** Those that the code gives a meaning: their words may change, but they stay. */
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

/** Control characters and what makes text run backwards: people decide by these words. */
const deceptive = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u

/** What is wrong with a scope, if anything. */
export function scopeProblem(name: string, description: string): string | undefined {
  if (!scopeName.test(name))
    return 'A name has up to 100 characters without spaces, quotes and backslashes, like invoices:read.'
  if (description === '') return `Say what ${name} lets an application do, in people’s words.`
  if ([...description].length > longestDescription)
    return `Use at most ${longestDescription} characters to describe ${name}.`
  return deceptive.test(description)
    ? `The description of ${name} has an invisible control character.`
    : undefined
}

/** One a line: the name, then what it means. */
export function parseScopeLines(
  field: string,
  typed: string,
  restricted: boolean,
): { readonly scopes: readonly TypedScope[]; readonly problems: readonly FieldProblem[] } {
  const lines = typed.split(/\r\n|\r|\n/).map((line) => line.trim())
  const filled = lines.filter((line) => line !== '')
  if (filled.length > mostScopes)
    return { scopes: [], problems: [{ field, text: `Use at most ${mostScopes} lines.` }] }
  const scopes = filled.map((line) => {
    const [, name = '', description = ''] = /^(\S+)\s*(.*)$/su.exec(line) ?? []
    return { name, description: description.normalize('NFC'), restricted }
  })
  const problems = scopes.flatMap(({ name, description }) => {
    const text = scopeProblem(name, description)
    return text === undefined
      ? []
      : [{ field, text: `Line ${lines.findIndex((line) => line.startsWith(name)) + 1}: ${text}` }]
  })
  return { scopes, problems }
}

export function formatScopeLines(scopes: readonly TypedScope[], restricted: boolean): string {
  return scopes
    .filter((scope) => scope.restricted === restricted)
    .map(({ name, description }) => `${name} ${description}`)
    .join('\n')
}
