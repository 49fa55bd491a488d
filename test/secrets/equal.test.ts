import { describe, expect, it } from 'vitest'
import { isEqual } from '../../src/values/equal.ts'

const source: Record<string, string> = import.meta.glob('../../src/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const scripts: Record<string, string> = import.meta.glob('../../scripts/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const lines = Object.entries({ ...source, ...scripts }).flatMap(([file, text]) =>
  text.split('\n').map((line) => ({ file: file.replace('../../', ''), line: line.trim() })),
)

/** Functions that compute a MAC: comparing with their result needs `isEqual`. A secret's id is not a MAC. */
const makers = new Set(
  Object.values(source).flatMap((text) =>
    [...text.matchAll(/function (\w+)\((?:(?!\n\}).)*?\n {2}return (?:mac|createHmac)\(/gs)].map(
      ([, name = '']) => name,
    ),
  ),
)

describe('MACs are compared in constant time (ASVS 11.2.4)', () => {
  it('wherever one is computed', () => {
    expect([...makers]).toEqual(expect.arrayContaining(['markOf', 'tokenFor', 'shownMark']))
    makers.delete('idOfSecret')
    const call = `\\b(?:${[...makers, 'mac', 'markHead', 'markStart'].join('|')})\\(`
    const compared = new RegExp(
      `(?:===|!==) ${call}|${call}.*\\) ?(?:\\.mac)? (?:===|!==)|\\.mac (?:===|!==)|\\.seal (?:===|!==)|(?:===|!==) [\\w.]+\\.mac\\b`,
    )
    expect(lines.filter(({ line }) => compared.test(line))).toEqual([])
    // Examples that the pattern must find.
    for (const line of [
      'if (x !== shownMark(c, y))',
      'token.mark === markOf(a, b)',
      'markHead(m, h).mac === h.mac',
    ])
      expect(compared.test(line)).toBe(true)
  })

  it('by a function that compares texts of equal and of different length', () => {
    expect(
      [
        ['abc', 'abc'],
        ['', ''],
        ['abd', 'abc'],
        ['ab', 'abc'],
        ['ä', 'a'],
      ].map(([one = '', other = '']) => isEqual(one, other)),
    ).toEqual([true, true, false, false, false])
  })
})
