/**
 * A path of our own to redirect to after signing in, or undefined: never another origin, in any spelling. Browsers read
 * `//host`, `/\host` and a tab in the middle as another host.
 */
export function parseNextPath(value: string | undefined): string | undefined {
  if (value === undefined || !/^\/[\x21-\x5b\x5d-\x7e]*$/.test(value)) return undefined
  const base = 'https://own.invalid'
  if (!URL.canParse(value, base)) return undefined
  const url = new URL(value, base)
  if (url.origin !== base || url.pathname.startsWith('//')) return undefined
  return url.pathname + url.search
}
