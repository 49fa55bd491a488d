import { parseJwks } from '../../../http/client-keys.ts'
import { isFetchable } from '../../../protocol/fetchable.ts'
import { isLoopbackHost } from '../../../protocol/origin.ts'

type Note = (text: string) => void

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
    note(
      'This is not a set of public keys. Paste JSON like {"keys": [{"kty": "EC", …}]}, without private parts.',
    )
    return undefined
  }
}

export function checkJwksUri(typed: string, note: Note): string | undefined {
  const uri = typed.trim()
  if (uri === '') return undefined
  if (uri.length <= longest && isFetchable(uri)) return uri
  note('We can’t fetch keys from there. Use an https address with a public host name and no port.')
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

function uriProblem(uri: string, mayBeLoopback: boolean): string | undefined {
  if (uri.length > longest) return `The address has ${uri.length} characters. Use at most ${longest}.`
  if (/[^\x21-\x7e]|\\/.test(uri) || !URL.canParse(uri))
    return 'This is not an address. Write it in full, like https://app.example/logout.'
  const { protocol, hostname, username, password } = new URL(uri)
  if (username !== '' || password !== '') return 'Remove the user name and password before the @.'
  if (uri.includes('#')) return 'Remove the # and what follows it.'
  if (protocol === 'https:') return undefined
  if (protocol === 'http:' && mayBeLoopback && isLoopbackHost(hostname)) return undefined
  return mayBeLoopback
    ? 'Use https. Plain http is for localhost, 127.0.0.1 and [::1] only.'
    : 'Use https: OpenID Connect allows nothing else here.'
}

/** A host, with its port if it has one: as it stands in an address. */
export function checkHost(typed: string, note: Note): string | undefined {
  const host = typed.trim().toLowerCase()
  if (host === '') return undefined
  if (host.length <= 255 && URL.canParse(`https://${host}/`) && new URL(`https://${host}/`).host === host)
    return host
  note('This is not a host. Write it like app.example.')
  return undefined
}

/** OIDC Core §8.1: then that host is the sector. */
export function sharesHost(redirectUris: readonly string[]): boolean {
  return new Set(redirectUris.map((uri) => (URL.canParse(uri) ? new URL(uri).host : uri))).size <= 1
}
