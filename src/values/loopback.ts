/** A host of this machine, as `URL.hostname` writes it. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
}

/** `http://localhost` of `http://localhost:8001`: on loopback the port is arbitrary (RFC 8252 §7.3). Undefined elsewhere. */
export function loopbackOrigin(origin: string): string | undefined {
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  if (url?.protocol !== 'http:' || url.origin !== origin || !isLoopbackHost(url.hostname)) return undefined
  return `http://${url.hostname}`
}
