import type { NamedProblem } from '../../values/problem.ts'
import { parseJwks } from './jwks.ts'

type Note = (problem: NamedProblem) => void

/** Public keys as text (RFC 7517 §5). Undefined when there are none, or when they can't be used. */
export function checkJwks(typed: string, note: Note): string | undefined {
  const text = typed.trim()
  if (text === '') return undefined
  try {
    const { keys } = parseJwks(JSON.parse(text))
    if (keys.length === 0) throw new Error('The key set is empty')
    return text
  } catch {
    note({ code: 'policyKeys' })
    return undefined
  }
}

/** An address, if `problemOf` accepts it: a rule of rules/callable-url.ts. */
export function checkAddress(
  typed: string,
  problemOf: (uri: string) => NamedProblem | undefined,
  note: Note,
): string | undefined {
  const uri = typed.trim()
  if (uri === '') return undefined
  const problem = problemOf(uri)
  if (problem === undefined) return uri
  note(problem)
  return undefined
}

/** A host, with its port if it has one, as written in an address. */
export function checkHost(typed: string, note: Note): string | undefined {
  const host = typed.trim().toLowerCase()
  if (host === '') return undefined
  if (host.length <= 255 && URL.canParse(`https://${host}/`) && new URL(`https://${host}/`).host === host)
    return host
  note({ code: 'policyHost' })
  return undefined
}

/** OIDC Core §8.1: a host shared by all redirect URIs is the sector. */
export function sharesHost(redirectUris: readonly string[]): boolean {
  return new Set(redirectUris.map((uri) => (URL.canParse(uri) ? new URL(uri).host : uri))).size <= 1
}
