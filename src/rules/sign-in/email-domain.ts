/** The domain of an e-mail address as it is stored: in ASCII (IDNA), in lower case. Undefined for anything else. */
export function parseDomain(typed: string): string | undefined {
  const text = typed.trim().replace(/^@/, '').replace(/\.$/, '')
  if (text === '' || /[\s/?#:@\\[\]]/.test(text)) return undefined
  const url = `https://${text}`
  if (!URL.canParse(url)) return undefined
  const { hostname } = new URL(url)
  const isDomain = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/.test(hostname)
  return isDomain && hostname.length <= 253 ? hostname : undefined
}
