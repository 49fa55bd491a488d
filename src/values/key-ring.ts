/**
 * The secrets that every key is derived from, newest first. The first one makes what is new; all of them read what is there, so
 * that a secret can be replaced while the server runs.
 */
export type KeyRing = readonly [newest: string, ...older: string[]]

/** As the variable has it: with commas between. */
export function parseKeyRing(value: string): KeyRing {
  const [newest = '', ...older] = value.split(',').map((secret) => secret.trim())
  return [newest, ...older]
}
