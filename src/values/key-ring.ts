/**
 * The secrets that every key is derived from, newest first. The first one is used for new values; all of them for existing
 * ones, so that a secret can be replaced while the server runs.
 */
export type KeyRing = readonly [newest: string, ...older: string[]]

/** The form of the variable: separated by commas. */
export function parseKeyRing(value: string): KeyRing {
  const [newest = '', ...older] = value.split(',').map((secret) => secret.trim())
  return [newest, ...older]
}
