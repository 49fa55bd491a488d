/** The first match is the name: most browsers also claim to be Chrome, and all of them Safari. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
]

const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b/, 'Mac'],
  [/\b(Linux|X11)\b/, 'Linux'],
]

/** The texts for it, in the person's language. */
export interface DeviceWords {
  readonly unknown: string
  /** With `{system}`, and `both` with `{browser}` too. */
  readonly system: string
  readonly both: string
}

/** The name of a device, like “Firefox on Windows”, from its User-Agent. Anybody can send any value: a hint, no proof. */
export function deviceName(userAgent: string | undefined, words: DeviceWords): string {
  const find = (table: typeof browsers) => table.find(([sign]) => sign.test(userAgent ?? ''))?.[1]
  const [browser, system] = [find(browsers), find(systems)]
  if (system === undefined) return browser ?? words.unknown
  if (browser === undefined) return words.system.replace('{system}', system)
  return words.both.replace('{browser}', browser).replace('{system}', system)
}

/** Sessions, or other things with a User-Agent, by device: each device once, in the order of its first. */
export function byDevice<T extends { readonly userAgent: string | undefined }>(
  all: readonly T[],
  words: DeviceWords,
): readonly { readonly name: string; readonly items: readonly T[] }[] {
  const devices = new Map<string, T[]>()
  for (const one of all) {
    const name = deviceName(one.userAgent, words)
    devices.set(name, [...(devices.get(name) ?? []), one])
  }
  return [...devices].map(([name, items]) => ({ name, items }))
}
