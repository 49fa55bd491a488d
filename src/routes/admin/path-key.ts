/** Identifiers and scope names may hold anything, a slash too: in a URL of ours they stand as base64url. */
export function pathKey(name: string): string {
  return Buffer.from(name, 'utf8').toString('base64url')
}

export function nameOf(key: string | undefined): string {
  return Buffer.from(key ?? '', 'base64url').toString('utf8')
}
