import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { root } from '../../scripts/project.ts'
import { freePort } from './elsewhere.ts'
import { fillApplication, openAdvanced, signIn } from './people.ts'
import { isInstalled, type Program, serve, start } from './programs.ts'
import { startWorld } from './world.ts'

/**
 * Each recipe as written: the application is registered by its tables, and its program is run. The same with the code on the page
 * of an application. test/e2e/programs.ts says how to run those of packages that are not installed here.
 */

const folder = path.join(root, 'docs/recipes')

interface Recipe extends Program {
  readonly file: string
  readonly sections: Readonly<Record<string, string>>
}

const recipes = readdirSync(folder)
  .filter((file) => file !== 'README.md')
  .map((file): Recipe => {
    const parts = readFileSync(path.join(folder, file), 'utf8')
      .split(/^## (.+)\n/m)
      .slice(1)
    const sections = Object.fromEntries(
      parts.flatMap((part, i) => (i % 2 === 0 ? [[part, parts[i + 1] ?? '']] : [])),
    )
    const [, language = '', text = ''] =
      /^```(js|python|go|java|sh|yaml|ini|apache|nginx|html)\n(.*?)^```$/ms.exec(sections.Configure ?? '') ??
      []
    return { file, sections, language, text }
  })

describe('docs/recipes', () => {
  it('has a line for each recipe, and all have one form', () => {
    const index = readFileSync(path.join(folder, 'README.md'), 'utf8')
    assert.deepEqual(
      [...index.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, file]) => file).sort(),
      recipes.map(({ file }) => file).sort(),
    )
    for (const { file, sections, text } of recipes) {
      const headings = Object.keys(sections)
      assert.deepEqual(
        [file, headings],
        [file, ['Versions', 'Register', 'Configure', 'Verify', 'Known errors']],
      )
      assert.notEqual(text, '', file)
      assert.match(sections['Known errors'] ?? '', /^\*\*`[^`]+`\*\*/m, file)
    }
  })
})

const world = await startWorld()
await world.addUser('ada', 'administrator')
const server = new URL(world.origin).host
// Those that say otherwise are no program, or one that was seen elsewhere.
const runnable = recipes.filter(
  (recipe) => recipe.sections.Verify?.includes('Signed in as') && isInstalled(recipe),
)

describe('a recipe', () => {
  it('exists for each client that is installed with the project', () => {
    const here = ['oauth4webapi.md', 'oidc-client-ts.md', 'openid-client.md']
    const files = runnable.map(({ file }) => file)
    assert.deepEqual(
      here.filter((file) => process.env.RECIPES_FROM === undefined && !files.includes(file)),
      [],
    )
  })

  it('that is not run here still registers by its tables', { timeout: 600_000 }, async () => {
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
    it(`signs in: ${recipe.file}`, { timeout: 600_000 }, async () => {
      const port = `${await freePort()}`
      const here = (text: string) => text.replaceAll('8010', port).replaceAll('localhost:8000', server)
      const page = await world.visitor()
      await page.goto('/login')
      await signIn(page, 'ada')
      const application = await register(page, recipe.file, here(recipe.sections.Register ?? ''))
      const address = /http:\/\/localhost:\d+\/\S+(?=>)/.exec(here(recipe.sections.Verify ?? ''))?.[0] ?? ''
      const secret = 'only for this test, and long enough'
      const settings = { ...application, AUTH_SECRET: secret, SESSION_SECRET: secret }
      await serve({ ...recipe, text: here(recipe.text) }, new URL(address).origin, settings)

      await page.goto(address)
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

/** The code on the page of an application. */
describe('pasted code', () => {
  const redirectUris = 'http://localhost:3000/callback\nhttp://localhost:3000/auth/callback/latchkey'

  for (const type of ['Confidential', 'Public'] as const)
    it(`is a whole program of a ${type} application`, { timeout: 600_000 }, async () => {
      const page = await world.visitor()
      await page.goto('/login')
      await signIn(page, 'ada')
      const ran: string[] = []
      for (let i = 0, most = 1; i < most; i++) {
        // An application for each, since some need a setting.
        await page.goto('/o/applications/register')
        await fillApplication(page, { name: `Pasted ${i}`, type, redirectUris })
        await page.getByRole('button', { name: 'Register' }).click()
        const { name, program, count } = await takeCode(page, i)
        most = count
        if (!isInstalled(program)) continue
        const port = await freePort()
        const origin = `http://localhost:${port}`
        await serve(
          servedAs(name, {
            ...program,
            text: program.text.replaceAll('localhost:3000', `localhost:${port}`),
          }),
          origin,
        )
        await page.goto(`${origin}/`)
        const signInButton = page.getByRole('button', { name: 'Sign in with Latchkey' })
        const authorize = page.getByRole('button', { name: 'Authorize' })
        await signInButton.or(authorize).waitFor()
        if (await signInButton.isVisible()) await signInButton.click()
        await authorize.click()
        // It has asked who it is, and refreshed.
        await page
          .getByText(/"ada"/)
          .and(page.getByText(/"(expires_in|until)": ?\d/))
          .waitFor()
        ran.push(name)
        world.complaints()
      }
      for (const name of { Confidential: ['openid-client'], Public: ['openid-client', 'oidc-client-ts'] }[
        type
      ])
        assert.ok(process.env.RECIPES_FROM || ran.some((one) => one.includes(name)), name)
    })

  it('is a whole program of a machine', { timeout: 600_000 }, async () => {
    const page = await world.visitor()
    await page.goto('/login')
    await signIn(page, 'ada')
    await page.goto('/o/applications/register?kind=machine')
    await page.getByLabel('Name', { exact: true }).fill('Pasted machine')
    await page.getByRole('button', { name: 'Register' }).click()
    for (let i = 0, most = 1; i < most; i++) {
      const { program, count } = await takeCode(page, i)
      most = count
      if (!isInstalled(program)) continue
      const { exit, said } = start(program)
      await exit
      assert.match(said(), /eyJ[\w-]+\.[\w-]+\.[\w-]+/)
    }
  })
})

let secret = ''

/** Of the application that is shown, also right after it was registered. Sets what the code needs. */
async function takeCode(page: Page, i: number) {
  const goOn = page.getByRole('link', { name: 'Continue to' })
  const snippets = page.locator('.snippets details')
  await goOn.or(snippets.first()).waitFor()
  if (await goOn.isVisible()) {
    secret = await page.getByLabel('Client secret', { exact: true }).inputValue()
    await goOn.click()
    await snippets.first().waitFor()
  }
  await page.waitForLoadState()
  const snippet = snippets.nth(i)
  const name = (await snippet.locator('summary').textContent()) ?? ''
  const text = ((await snippet.locator('pre').textContent()) ?? '').replaceAll('YOUR_SECRET', secret)
  const count = await snippets.count()
  const language = /^(Python|Go)/.exec(name)?.[1]?.toLowerCase() ?? (/^import /.test(text) ? 'js' : '')
  const setting = snippet.locator('a', { hasText: 'Open the form with it' })
  if ((await setting.count()) > 0) {
    await page.goto((await setting.getAttribute('href')) ?? '')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.waitForURL('**/settings*')
  }
  return { name, program: { language, text }, count }
}

/** Code of a page needs a server, where its packages are. */
function servedAs(name: string, program: Program): Program {
  if (!name.startsWith('Browser')) return program
  const packages = ['oidc-client-ts', 'jwt-decode', 'keycloak-js']
  const imports = JSON.stringify({ imports: Object.fromEntries(packages.map((one) => [one, `/${one}`])) })
  const page = `<!doctype html><title>Page</title><script type="importmap">${imports}</script><script type="module">${program.text}</script>`
  const text = `import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
createServer(({ url }, response) => {
  const isPackage = ${JSON.stringify(packages)}.includes(url.slice(1))
  response.setHeader('content-type', isPackage ? 'text/javascript' : 'text/html')
  response.end(isPackage ? readFileSync(new URL(import.meta.resolve(url.slice(1)))) : ${JSON.stringify(page)})
}).listen(Number(new URL(${JSON.stringify(/http:\/\/localhost:\d+\/callback/.exec(program.text)?.[0])}).port))`
  return { language: 'js', text }
}

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
    await openAdvanced(page)
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
