/** In characters: RFC 1035 §2.3.4. */
const longestName = 253
const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/

/**
 * A domain as it is stored and compared: in lower case and in ASCII (UTS 46, like browsers and mail servers). Undefined when DNS
 * can't have it. Its subdomains are other domains.
 */
export function parseDomain(typed: string): string | undefined {
  const text = typed.trim().replace(/^@/, '')
  // Characters that a URL would take as the end of the host, or decode.
  if (text === '' || text.length > longestName || /[\s/\\?#@:%[\]<>^|`"']/.test(text)) return undefined
  const url = `https://${text}/`
  if (!URL.canParse(url)) return undefined
  const name = new URL(url).hostname.replace(/\.$/, '')
  const labels = name.split('.')
  const isNumber = /^[0-9]*$/.test(labels.at(-1) ?? '')
  return labels.length < 2 || isNumber || !labels.every((one) => label.test(one)) ? undefined : name
}

/** The domain of an e-mail address. Undefined as above. */
export function domainOf(address: string): string | undefined {
  return parseDomain(address.slice(address.lastIndexOf('@') + 1))
}

/** The address with its domain in ASCII, if it was not: then the database can compare it. */
export function withAsciiDomain(address: string): string {
  const at = address.lastIndexOf('@') + 1
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII.
  if (/^[\x00-\x7f]*$/.test(address.slice(at))) return address
  const domain = domainOf(address)
  return domain === undefined ? address : address.slice(0, at) + domain
}
