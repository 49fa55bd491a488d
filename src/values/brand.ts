/** The operator's brand on the pages. */
export interface Brand {
  readonly name: string
  /** `#rrggbb`. Undefined: the default. */
  readonly color: string | undefined
  /** Path of a picture in public/. */
  readonly logo: string | undefined
}

type Rgb = readonly [number, number, number]

const white: Rgb = [255, 255, 255]
/** The surfaces of public/latchkey.css under text of this colour, light and dark: those nearest to it. */
const light = { ground: [240, 243, 241], far: [0, 0, 0] } as const
const dark = { ground: [27, 36, 32], far: white } as const

/** WCAG 2.2 §1.4.3. */
const leastContrast = 4.5

/**
 * The colours derived from the operator's: darker on light, lighter on dark, until text in it is readable on every surface, and
 * text on it too.
 */
export function brandStyle(color: string): string {
  const own = parseColor(color)
  const onLight = readable(own, mix(own, white, 0.9), light)
  const onDark = readable(own, mix(own, [13, 18, 16], 0.82), dark)
  const pair = (one: Rgb, other: Rgb) => `light-dark(${format(one)}, ${format(other)})`
  return `:root {
  --accent: ${pair(onLight.accent, onDark.accent)};
  --deep: ${pair(mix(onLight.accent, light.far, 0.25), mix(onDark.accent, white, 0.3))};
  --on-accent: ${pair(white, [13, 18, 16])};
  --tint: ${pair(onLight.tint, onDark.tint)};
}
`
}

function readable(own: Rgb, tint: Rgb, { ground, far }: { readonly ground: Rgb; readonly far: Rgb }) {
  for (let part = 0; part < 1; part += 0.02) {
    const accent = mix(own, far, part)
    if (contrast(accent, ground) >= leastContrast && contrast(accent, tint) >= leastContrast)
      return { accent, tint }
  }
  return { accent: far, tint }
}

/** From `a`, `part` of the way to `b`; whole numbers, as CSS expects them. */
function mix(a: Rgb, b: Rgb, part: number): Rgb {
  const at = (i: 0 | 1 | 2) => Math.round(a[i] + (b[i] - a[i]) * part)
  return [at(0), at(1), at(2)]
}

/** WCAG 2.2, contrast ratio. */
function contrast(a: Rgb, b: Rgb): number {
  const [one, other] = [luminance(a), luminance(b)]
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
}

function luminance([red, green, blue]: Rgb): number {
  const linear = (value: number) =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

function parseColor(color: string): Rgb {
  const at = (start: number) => Number.parseInt(color.slice(start, start + 2), 16)
  return [at(1), at(3), at(5)]
}

function format(rgb: Rgb): string {
  return `#${rgb.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}
