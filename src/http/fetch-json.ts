import { isFetchable } from '../values/public-url.ts'

const longest = 65_536
const timeout = 5_000

/** A document from a URL that a client named: https, no redirects, 64 KiB, five seconds. Throws when there is none. */
export async function fetchJson(url: string): Promise<unknown> {
  if (!isFetchable(url)) throw new Error('The URL may not be fetched')
  const response = await fetch(url, {
    headers: { Accept: 'application/json' },
    // A redirect could lead anywhere.
    redirect: 'manual',
    signal: AbortSignal.timeout(timeout),
  })
  if (response.status !== 200 || response.body === null)
    throw new Error(`The URL answered ${response.status}`)
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body) {
    length += chunk.byteLength
    if (length > longest) throw new Error('The document is too large')
    chunks.push(chunk)
  }
  return JSON.parse(new TextDecoder().decode(Buffer.concat(chunks)))
}
