import { describe, expect, it } from 'vitest'
import security from '../docs/security.md?raw'
import { variables } from '../src/variables.ts'

const tests = Object.keys(
  import.meta.glob('../test/**/*.test.ts', { query: '?raw', import: 'default', eager: true }),
).map((file) => file.replace(/^(\.\.\/test|\.)\//, 'test/'))

describe('docs/security.md', () => {
  const rows = security
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (requirement|---)/.test(line))

  it('names a test that is there for each requirement', () => {
    expect(rows.length).toBeGreaterThan(30)
    for (const row of rows) {
      const named =
        row
          .split('|')
          .at(-2)
          ?.split(',')
          .map((name) => name.trim()) ?? []
      expect([row, named.filter((name) => !tests.includes(name))]).toEqual([row, []])
    }
  })

  it('names settings that are there', () => {
    const settings = rows.flatMap((row) =>
      [...(row.split('|')[3] ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name),
    )
    expect(settings.length).toBeGreaterThan(5)
    expect(settings.filter((name) => name !== undefined && !(name in variables.shape))).toEqual([])
  })
})
