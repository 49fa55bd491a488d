import { describe, expect, it } from 'vitest'
import errors from '../docs/errors.md?raw'
import recipes from '../docs/recipes/README.md?raw'
import security from '../docs/security.md?raw'
import troubleshooting from '../docs/troubleshooting.md?raw'
import { scripts } from '../package.json'
import messages from '../public/messages/sign-in/en.json'
import { errorUri, explainedPages, statusOf } from '../src/rules/refusal.ts'
import { variables } from '../src/variables.ts'

const tests = Object.keys(
  import.meta.glob('../test/**/*.test.ts', { query: '?raw', import: 'default', eager: true }),
).map((file) => file.replace(/^(\.\.\/test|\.)\//, 'test/'))

describe('docs/security.md', () => {
  const [requirements = ''] = security.split('## Known gaps')
  const rows = requirements
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (requirement|---)/.test(line))

  it('names an existing test for each requirement', () => {
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

  it('names existing settings', () => {
    const settings = rows.flatMap((row) =>
      [...(row.split('|')[3] ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name),
    )
    expect(settings.length).toBeGreaterThan(5)
    expect(settings.filter((name) => name !== undefined && !(name in variables))).toEqual([])
  })

  it('says what every command starts', () => {
    const [, section = ''] = /## What the commands start\n(.*?)\n## /s.exec(security) ?? []
    const said = section
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([\w:-]+)`/g)].map(([, name]) => name))
    // Scripts that npm runs before another one are listed with it.
    const commands = Object.keys(scripts).filter((name) => !(/^pre/.test(name) && name.slice(3) in scripts))
    expect(said.sort()).toEqual(commands.sort())
  })
})

const sourceFiles: Record<string, string> = import.meta.glob('../src/**/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
})

describe('docs/errors.md', () => {
  it('has a section for each error, the target of error_uri', () => {
    const sections = [...errors.matchAll(/^## (.+)$/gm)].map(([, name = '']) => name)
    expect(sections.toSorted()).toEqual(Object.keys(statusOf).toSorted())
    const quoted = [...errors.matchAll(/^- \*\*`([^`]+)`\*\*/gm)].map(([, text = '']) => text)
    const sources = Object.values(sourceFiles).join('')
    expect([quoted.length > 1, quoted.filter((text) => !sources.includes(text))]).toEqual([true, []])
    expect(errorUri('invalid_grant')).toMatch(/\/docs\/errors\.md#invalid_grant$/)
  })
})

describe('docs/troubleshooting.md', () => {
  const files: Record<string, string> = import.meta.glob('../packages/protect/src/*.ts', {
    query: '?raw',
    import: 'default',
    eager: true,
  })
  const sources = Object.values(files).join('')

  it('quotes the errors of an API as packages/protect writes them', () => {
    const [, ofApis = ''] =
      /^## An API answers 401\n(.*?)^## An application in development/ms.exec(troubleshooting) ?? []
    const quoted = [...ofApis.matchAll(/^(?:\*\*|- )(?:\d+ )?`([^`]+)`/gm)].map(([, text = '']) => text)
    expect(quoted.length).toBeGreaterThan(15)
    // Variable parts are … there, and any status matches.
    const parts = (text: string) => text.replace(/\b\d{3}\b/, '…').split('…')
    const invented = quoted.filter((text) => !parts(text).every((part) => sources.includes(part.trim())))
    expect(invented).toEqual([])
  })

  it('has an entry for each error page that links one, under its title', () => {
    const { failure } = messages
    const titles = { ...failure, foreignHost: 'This server does not answer for this host' }
    const slug = (title: string) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-')
    for (const [page, anchor] of Object.entries(explainedPages)) {
      const title: unknown = titles[page as keyof typeof explainedPages]
      expect([page, slug(String(title))]).toEqual([page, anchor])
      expect(troubleshooting).toContain(`\n### ${title}\n`)
    }
    const headings = [...troubleshooting.matchAll(/^### /gm)]
    expect(headings.length).toBe(Object.keys(explainedPages).length)
  })

  it('has an entry for each error of a token', () => {
    const said = [...sources.matchAll(/problem\(\s*'[a-z_]+',\s*'([^']+)'/g)].map(([, text = '']) => text)
    expect(said.length).toBeGreaterThan(8)
    const missing = said.filter((text) => !troubleshooting.includes(text))
    expect(missing).toEqual([])
  })
})

describe('docs/recipes/README.md', () => {
  const files: Record<string, string> = import.meta.glob('../src/**/*.ts', {
    query: '?raw',
    import: 'default',
    eager: true,
  })
  const texts: Record<string, string> = import.meta.glob('../public/messages/*/en.json', {
    query: '?raw',
    import: 'default',
    eager: true,
  })
  const sources = [...Object.values(files), ...Object.values(texts)].join('')

  it('quotes the errors of the server as it writes them', () => {
    const [, section = ''] = recipes.split('## Errors that each of them may show')
    const quoted = [...section.matchAll(/^\*\*`?([^`*]+)`?\*\*/gm)].map(([, text = '']) => text)
    expect(quoted.length).toBeGreaterThan(3)
    expect(quoted.filter((text) => !sources.includes(text))).toEqual([])
  })

  it('has at least thirty', () => {
    expect([...recipes.matchAll(/^\| \[/gm)].length).toBeGreaterThanOrEqual(30)
  })
})
