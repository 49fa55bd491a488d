import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { root } from '../../scripts/project.ts'
import { freePort } from './elsewhere.ts'
import { openAdvanced, signIn } from './people.ts'
import { startWorld } from './world.ts'

/**
 * Each recipe as written: the application is registered by its tables, and its program is run. Recipes of packages that are not
 * installed here run with RECIPES_FROM, a folder with their node_modules, or go.mod and go.sum, and PYTHON, a Python that has
 * them.
 */

const folder = path.join(root, 'docs/recipes')
const from = process.env.RECIPES_FROM ?? root
const modules = path.join(from, 'node_modules')
const python = process.env.PYTHON ?? 'python3'

interface Recipe {
  readonly file: string
  readonly sections: Readonly<Record<string, string>>
  readonly language: string
  readonly program: string
}

const recipes = readdirSync(folder)
  .filter((file) => file !== 'README.md')
  .map((file): Recipe => {
    const text = readFileSync(path.join(folder, file), 'utf8')
    const parts = text.split(/^## (.+)\n/m).slice(1)
    const sections = Object.fromEntries(
      parts.flatMap((part, i) => (i % 2 === 0 ? [[part, parts[i + 1] ?? '']] : [])),
    )
    const [, language = '', program = ''] =
      /^```(js|python|go|java|sh|yaml|ini|apache|nginx|html)\n(.*?)^```$/ms.exec(sections.Configure ?? '') ??
      []
    return { file, sections, language, program }
  })

/** The file of a program, and its command. */
const starts: Readonly<Record<string, readonly [file: string, command: string, ...args: string[]]>> = {
  js: ['app.mjs', process.execPath, 'app.mjs'],
  python: ['app.py', python, 'app.py'],
  go: ['main.go', './app'],
}

/** Whether its imports are installed. */
function isInstalled({ language, program, sections }: Recipe): boolean {
  // Those that say otherwise are no program, or one that was seen elsewhere.
  if (!sections.Verify?.includes('Signed in as')) return false
  if (language === 'python') {
    const names = [...program.matchAll(/^(?:from|import) (\w+)/gm)].map(([, name = '']) => name)
    const code =
      'import sys; from importlib.util import find_spec; sys.exit(not all(map(find_spec, sys.argv[1:])))'
    return spawnSync(python, ['-c', code, ...names]).status === 0
  }
  if (!(language in starts)) return false
  if (language === 'go') return existsSync(path.join(from, 'go.mod'))
  const names = [...program.matchAll(/(?:from |resolve\()'(@[\w-]+\/[\w-]+|[\w-]+)(?=['/])/g)].map(
    ([, name = '']) => name,
  )
  return names.length > 0 && names.every((name) => existsSync(path.join(modules, name)))
}

describe('docs/recipes', () => {
  it('has a line for each recipe, and all have one form', () => {
    const index = readFileSync(path.join(folder, 'README.md'), 'utf8')
    assert.deepEqual(
      [...index.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, file]) => file).sort(),
      recipes.map(({ file }) => file).sort(),
    )
    for (const { file, sections, program } of recipes) {
      const headings = Object.keys(sections)
      assert.deepEqual(
        [file, headings],
        [file, ['Versions', 'Register', 'Configure', 'Verify', 'Known errors']],
      )
      assert.notEqual(program, '', file)
      assert.match(sections['Known errors'] ?? '', /^\*\*`[^`]+`\*\*/m, file)
    }
  })
})

const world = await startWorld()
await world.addUser('ada', 'administrator')
const server = new URL(world.origin).host
const runnable = recipes.filter(isInstalled)

describe('a recipe', () => {
  it('exists for each client that is installed with the project', () => {
    const here = ['oauth4webapi.md', 'oidc-client-ts.md', 'openid-client.md']
    const files = runnable.map(({ file }) => file)
    assert.deepEqual(
      here.filter((file) => process.env.RECIPES_FROM === undefined && !files.includes(file)),
      [],
    )
  })

  it('that is not run here still registers by its tables', { timeout: 120_000 }, async () => {
    const others = recipes.filter((recipe) => !runnable.includes(recipe))
    const page = await world.visitor()
    await page.goto('/login')
    await signIn(page, 'ada')
    for (const { file, sections } of others) {
      const { CLIENT_ID } = await register(page, file, sections.Register ?? '')
      assert.match(CLIENT_ID, /^[\w-]{16}$/, file)
    }
  })

  for (const recipe of runnable) {
    it(`signs in: ${recipe.file}`, { timeout: 120_000 }, async () => {
      const port = `${await freePort()}`
      const here = (text: string) => text.replaceAll('8010', port).replaceAll('localhost:8000', server)
      const page = await world.visitor()
      await page.goto('/login')
      await signIn(page, 'ada')
      const application = await register(page, recipe.file, here(recipe.sections.Register ?? ''))
      const start = /http:\/\/localhost:\d+\/\S+(?=>)/.exec(here(recipe.sections.Verify ?? ''))?.[0] ?? ''
      await run(recipe, here(recipe.program), application, new URL(start).origin)

      await page.goto(start)
      const signInButton = page.getByRole('button', { name: 'Sign in with Latchkey' })
      const authorize = page.getByRole('button', { name: 'Authorize' })
      await signInButton.or(authorize).waitFor()
      if (await signInButton.isVisible()) await signInButton.click()
      await authorize.click()
      await page.getByText('Signed in as ada').waitFor()
      // Small servers have no icon for the browser, and Auth.js requests one from its own server.
      const icon = /favicon\.ico|providers\/latchkey\.svg/
      assert.deepEqual(
        world.complaints().filter((line) => !icon.test(line)),
        [],
      )
    })
  }
})

type Application = Readonly<Record<'CLIENT_ID' | 'CLIENT_SECRET', string>>

/** Enters each row of the tables at its label: the first table on the form, the second under “Tokens and sign-in”. */
async function register(page: Page, name: string, section: string): Promise<Application> {
  const [first = [], second = []] = section
    .split('| --- | --- |\n')
    .slice(1)
    .map((table) => [...table.matchAll(/^\| (?!field )(.+?) \| `?(.+?)`? \|$/gm)])
  await page.goto('/o/applications/register')
  await page.getByLabel('Name', { exact: true }).fill(name)
  await openAdvanced(page)
  for (const [, field = '', value = ''] of first) await enter(page, field, value)
  await page.getByRole('button', { name: 'Register' }).click()
  const isPublic = first.some(([, , value]) => value === 'Public')
  if (isPublic) await page.getByRole('heading', { name, level: 1 }).waitFor()
  const shown = (label: string) => page.getByLabel(label, { exact: true }).inputValue()
  const CLIENT_SECRET = isPublic ? '' : await shown('Client secret')
  const CLIENT_ID = isPublic
    ? (new URL(page.url()).pathname.split('/').at(-1) ?? '')
    : await shown('Client ID')
  if (second.length > 0) {
    await page.goto(`/o/applications/${CLIENT_ID}/policy`)
    for (const [, field = '', value = ''] of second) await enter(page, field, value)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.waitForURL(`**/o/applications/${CLIENT_ID}/settings*`)
  }
  return { CLIENT_ID, CLIENT_SECRET }
}

async function enter(page: Page, field: string, value: string): Promise<void> {
  const group = page.getByRole('group', { name: field, exact: true })
  if ((await group.count()) > 0) return group.getByRole('radio', { name: value }).check()
  const control = page.getByLabel(field, { exact: true })
  if ((await control.evaluate((element) => element.tagName)) === 'SELECT')
    return void (await control.selectOption({ label: value }))
  await control.fill(value)
}

/** Waits until it answers. It ends with the test file. */
async function run(recipe: Recipe, program: string, application: Application, origin: string): Promise<void> {
  const place = mkdtempSync(path.join(tmpdir(), 'latchkey-recipe-'))
  symlinkSync(modules, path.join(place, 'node_modules'))
  const [file, command, ...args] = starts[recipe.language] ?? assert.fail(recipe.language)
  writeFileSync(path.join(place, file), program)
  if (recipe.language === 'go') {
    for (const name of ['go.mod', 'go.sum']) copyFileSync(path.join(from, name), path.join(place, name))
    const { status, stderr } = spawnSync('go', ['build', '-o', 'app', '.'], { cwd: place, encoding: 'utf8' })
    assert.equal(status, 0, stderr)
  }
  const secret = 'only for this test, and long enough'
  const env = { ...process.env, ...application, AUTH_SECRET: secret, SESSION_SECRET: secret }
  const child = spawn(command, args, { cwd: place, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => said.push(String(data)))
  after(async () => {
    if (child.exitCode === null && child.kill()) await once(child, 'exit')
    rmSync(place, { recursive: true })
  })
  for (let tries = 0; tries < 200; tries++) {
    if (
      await fetch(origin).then(
        () => true,
        () => false,
      )
    )
      return
    assert.equal(child.exitCode, null, said.join(''))
    await sleep(100)
  }
  assert.fail(`It does not answer: ${said.join('')}`)
}
