/** Identifiers and scope names may contain any character, even a slash: our URLs contain them as base64url. */
export function pathKey(name: string): string {
  return Buffer.from(name, 'utf8').toString('base64url')
}

export function nameOf(key: string | undefined): string {
  return Buffer.from(key ?? '', 'base64url').toString('utf8')
}
