/**
 * Whether we may fetch a URL that somebody else chose: https, a public host name, the default port. What it resolves to is
 * the platform's to guard: a Worker reaches the public internet alone.
 */
export function isFetchable(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, hostname, username, password, port } = new URL(value)
  const isName = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*$/.test(hostname)
  const isPrivate = /\.(localhost|local|internal|intranet|lan|home|corp|onion|test|invalid)$/.test(hostname)
  return protocol === 'https:' && username === '' && password === '' && port === '' && isName && !isPrivate
}
