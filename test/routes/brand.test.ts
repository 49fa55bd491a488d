import { beforeAll, describe, expect, it } from 'vitest'
import { addUser, applySchema, startServer } from '../server.ts'

beforeAll(applySchema)

const branded = (color: string | undefined) =>
  startServer({ config: { brand: { name: 'Example <ID>', color, logo: '/brand.svg' } } })

/** The values in public/latchkey.css. */
const stylesheet = `--paper: light-dark(#f6f7f5, #0d1210) --card: light-dark(#ffffff, #141b18)
  --sunk: light-dark(#f0f3f1, #1b2420) --ink: light-dark(#131c18, #e8eeeb)`

/** The colours of a stylesheet, as a browser reads them: for light and for dark. */
function coloursOf(css: string): readonly [Map<string, string>, Map<string, string>] {
  const found = [...css.matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\)/g)]
  return [
    new Map(found.map(([, name = '', light = '']) => [name, light])),
    new Map(found.map(([, name = '', , dark = '']) => [name, dark])),
  ]
}

/** WCAG 2.2, contrast ratio. */
function contrast(one: string, other: string): number {
  const luminance = (hex: string) => {
    const [red = 0, green = 0, blue = 0] = (hex.match(/\w\w/g) ?? []).map((digits) => {
      const value = Number.parseInt(digits, 16) / 255
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

describe('the operator’s colour', () => {
  it.each([
    '#ffd400',
    '#000000',
    '#ffffff',
    '#808080',
    '#ff0000',
    '#00ff00',
    '#0000ff',
    '#0a6b4c',
    '#7A1FA2',
    '#777777',
    '#f0e0ff',
    '#101010',
  ])('%s is readable on every surface, light and dark', async (color) => {
    const response = await branded(color).fetch('/brand.css')
    expect(response.headers.get('Content-Type')).toBe('text/css; charset=utf-8')
    const css = await response.text()
    const pairs = [0, 1].flatMap((scheme) => {
      const colours = new Map([...(coloursOf(stylesheet)[scheme] ?? []), ...(coloursOf(css)[scheme] ?? [])])
      const get = (name: string) => colours.get(name) ?? `no ${name}`
      const text = ['paper', 'card', 'sunk', 'tint'].map((surface) => ['accent', surface] as const)
      return [...text, ['on-accent', 'accent'], ['on-accent', 'deep'], ['ink', 'tint']].map(
        ([one = '', other = '']) => [scheme, one, other, contrast(get(one), get(other)) >= 4.5],
      )
    })
    expect(pairs.length).toBe(14)
    expect(pairs.filter(([, , , readable]) => readable !== true)).toEqual([])
  })
})

describe('an operator’s server', () => {
  it('has its name, its logo and its colour on every page', async () => {
    const server = branded('#7a1fa2')
    const browser = await server.signedIn(await addUser('ada'))
    for (const path of ['/account', '/nowhere', '/login']) {
      const { html } = await browser.get(path)
      expect(html).toMatch(/<title>[^<]* · Example &lt;ID&gt;<\/title>/)
      expect(html).toContain('<img class="mark" src="/brand.svg" alt=""')
      expect(html).toContain('href="/brand.css?7a1fa2"')
      expect(html).not.toContain('<ID>')
    }
  })

  it('without a colour requests no other stylesheet', async () => {
    const { html } = await branded(undefined).browser().get('/login')
    expect(html).not.toContain('brand.css')
  })
})

it('the front page is about the operator’s name', async () => {
  const html = await (await branded(undefined).fetch('/')).text()
  expect(html).toContain('Example &lt;ID&gt; is an OAuth 2.1')
  expect(html).not.toContain('Latchkey')
})
