export interface Bar {
  readonly name: string
  readonly value: number
  /** The index of a colour below. */
  readonly color: number
}

export interface Group {
  readonly name: string
  readonly bars: readonly Bar[]
  /** Position of a line across the bars. */
  readonly target?: number
}

const colors = ['#8a8f98', '#2563eb', '#d97706', '#059669', '#9333ea', '#dc2626']
const [barHeight, gap, labels, width] = [14, 14, 190, 900] as const

/** Groups of horizontal bars, one under the other, as a picture for light and dark. */
export function chart(title: string, unit: string, groups: readonly Group[]): string {
  const values = groups.flatMap(({ bars, target = 0 }) => [...bars.map(({ value }) => value), target])
  const largest = Math.max(...values.filter(Number.isFinite), 1)
  const scale = (value: number) => (value / largest) * (width - labels - 170)
  let y = 44
  const parts = groups.map(({ name, bars, target }) => {
    const top = y
    const drawn = bars.filter(({ value }) => Number.isFinite(value))
    const lines = drawn.map((bar) => {
      const at = y
      y += barHeight + 2
      const fill = colors[bar.color % colors.length]
      const text = `${bar.name} ${bar.value.toFixed(1)}`
      return `<rect x="${labels}" y="${at}" width="${scale(bar.value).toFixed(1)}" height="${barHeight}" rx="2" fill="${fill}"/>
<text class="value" x="${(labels + scale(bar.value) + 8).toFixed(1)}" y="${at + 11}">${encode(text)}</text>`
    })
    const line =
      target === undefined
        ? ''
        : `<path class="target" d="M${(labels + scale(target)).toFixed(1)} ${top - 3}V${y + 1}"><title>Target: ${target.toFixed(1)}</title></path>`
    const label = `<text x="${labels - 12}" y="${(top + y) / 2 + 3}" text-anchor="end">${encode(name)}</text>`
    y += gap
    return [label, ...lines, line].join('\n')
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" role="img" aria-label="${encode(title)}">
<style>text{font:13px system-ui,sans-serif;fill:#1f2328}.value{font-size:11px;fill:#59636e}.target{stroke:#dc2626;stroke-width:2;stroke-dasharray:3 2}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.value{fill:#9198a1}}</style>
<text x="0" y="16" font-weight="600">${encode(title)}</text>
<text class="value" x="0" y="32">${encode(unit)}</text>
${parts.join('\n')}
</svg>
`
}

function encode(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
