import { describe, expect, it } from 'vitest'
import { byteOrderMark, csvLine, parseCsv } from '../../src/values/csv.ts'

describe('a line of a CSV file', () => {
  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(1)',
    '\tx',
    '\rx',
    ' =1',
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM(1)',
    '﹦1',
    "'x",
  ])('turns %j into text, and reads it back unchanged', (value) => {
    const line = csvLine([value, 'after'])
    expect(line.startsWith(`"'`)).toBe(true)
    expect(parseCsv(line)).toEqual([[value, 'after']])
  })

  it.each(['1=1', 'a＝b', '', 'Größe', '日本'])('leaves %j unchanged', (value) => {
    expect(csvLine([value])).toBe(`"${value}"\r\n`)
  })

  it('is readable after a byte order mark too', () => {
    expect(parseCsv(byteOrderMark + csvLine(['a', 'b']) + csvLine(['1', '2']))).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ])
  })
})
