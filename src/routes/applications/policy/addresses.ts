import { parseJwks } from '../../../http/clients/keys.ts'
import { isLoopbackHost } from '../../../rules/clients/origin.ts'
import type { NamedProblem } from '../../../values/problem.ts'
import { isFetchable } from '../../../values/public-url.ts'

type Note = (problem: NamedProblem) => void

const longest = 2000

/** Public keys as text (RFC 7517 §5). Undefined when there is none, or what there is can't be used. */
export function checkJwks(typed: string, note: Note): string | undefined {
  const text = typed.trim()
  if (text === '') return undefined
  try {
    const { keys } = parseJwks(JSON.parse(text))
    if (keys.length === 0) throw new Error('There is no key')
    return text
  } catch {
    note({ code: 'policyKeys' })
    return undefined
  }
}

export function checkJwksUri(typed: string, note: Note): string | undefined {
  const uri = typed.trim()
  if (uri === '') return undefined
  if (uri.length <= longest && isFetchable(uri)) return uri
  note({ code: 'policyKeysAddress' })
  return undefined
}

/** Where a browser or we ourselves go. Plain http is for this machine alone. */
export function checkWebUri(typed: string, mayBeLoopback: boolean, note: Note): string | undefined {
  const uri = typed.trim()
  if (uri === '') return undefined
  const problem = uriProblem(uri, mayBeLoopback)
  if (problem === undefined) return uri
  note(problem)
  return undefined
}

function uriProblem(uri: string, mayBeLoopback: boolean): NamedProblem | undefined {
  if (uri.length > longest) return { code: 'addressLong', length: uri.length, most: longest }
  if (/[^\x21-\x7e]|\\/.test(uri) || !URL.canParse(uri)) return { code: 'addressForm' }
  const { protocol, hostname, username, password } = new URL(uri)
  if (username !== '' || password !== '') return { code: 'addressCredentials' }
  if (uri.includes('#')) return { code: 'addressFragment' }
  if (protocol === 'https:') return undefined
  if (protocol === 'http:' && mayBeLoopback && isLoopbackHost(hostname)) return undefined
  return { code: mayBeLoopback ? 'addressHttp' : 'addressHttps' }
}

/** A host, with its port if it has one: as it stands in an address. */
export function checkHost(typed: string, note: Note): string | undefined {
  const host = typed.trim().toLowerCase()
  if (host === '') return undefined
  if (host.length <= 255 && URL.canParse(`https://${host}/`) && new URL(`https://${host}/`).host === host)
    return host
  note({ code: 'policyHost' })
  return undefined
}

/** OIDC Core §8.1: then that host is the sector. */
export function sharesHost(redirectUris: readonly string[]): boolean {
  return new Set(redirectUris.map((uri) => (URL.canParse(uri) ? new URL(uri).host : uri))).size <= 1
}
