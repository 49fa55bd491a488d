import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { authorizePath } from './code.ts'
import { startOrigin } from './elsewhere.ts'
import { registerPublic, signIn } from './people.ts'
import { password, startWorld } from './world.ts'

const world = await startWorld()
const app = await startOrigin()
const redirectUri = `${app}/callback`
let clientId = ''

before(async () => {
  await world.addUser('ada')
  const page = await world.visitor()
  await page.goto('/login')
  await signIn(page, 'ada')
  await page.getByText('Signed in as ada').waitFor()
  clientId = await registerPublic(page, { name: 'Typewriter', redirectUris: redirectUri })
})

interface Focus {
  readonly name: string
  /** Whether a person sees the focus. */
  readonly visible: boolean
}

/** The focused element, by name, and how it differs without focus. */
function focus(page: Page): Promise<Focus> {
  return page.evaluate(() => {
    const element = document.activeElement
    if (!(element instanceof HTMLElement) || element === document.body)
      return { name: 'nothing', visible: false }
    const labels = 'labels' in element ? [...((element as HTMLInputElement).labels ?? [])] : []
    const look = () => {
      const { outline, outlineOffset, boxShadow, borderColor, backgroundColor } = getComputedStyle(element)
      return JSON.stringify([outline, outlineOffset, boxShadow, borderColor, backgroundColor])
    }
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element)
    const focused = look()
    const box = element.getBoundingClientRect()
    // A browser scrolls by whole pixels.
    const inView =
      box.width > 0 && box.height > 0 && box.top > -1 && box.bottom < innerHeight + 1 && box.left >= 0
    element.blur()
    const differs = look() !== focused
    element.focus()
    const ring =
      outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && !/, 0\)$/.test(outlineColor)
    const name = (labels[0] ?? element).textContent ?? ''
    return { name: name.trim(), visible: inView && differs && ring }
  })
}

/** Tab until it is reached, while every stop on the way is visible. */
async function tabTo(page: Page, name: string): Promise<readonly string[]> {
  const stops: string[] = []
  for (let presses = 0; presses < 20; presses++) {
    await page.keyboard.press('Tab')
    const at = await focus(page)
    stops.push(at.name)
    assert.ok(at.visible, `The focus on “${at.name}” can’t be seen`)
    if (at.name === name) return stops
  }
  throw new Error(`No “${name}” in 20 stops: ${stops.join(', ')}`)
}

async function type(page: Page, field: string, text: string): Promise<void> {
  // `autofocus` takes effect when the page is drawn.
  await page.waitForFunction(() => document.activeElement !== document.body)
  assert.deepEqual(await focus(page), { name: field, visible: true })
  await page.keyboard.type(text)
}

test('sign in, with a mistake, and authorize', async () => {
  const page = await world.visitor()
  await page.goto(authorizePath(clientId, redirectUri))
  // The first field has the focus.
  await type(page, 'Username', 'ada')
  await page.keyboard.press('Tab')
  await type(page, 'Password', 'a wrong one')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').waitFor()
  assert.match(await page.title(), /^Error: /)
  // The name is kept, so the password has the focus.
  await type(page, 'Password', password)
  assert.deepEqual(await tabTo(page, 'Show Password'), ['Show Password'])
  await page.keyboard.press('Enter')
  await page.locator('#password[type="text"]').waitFor()
  await page.locator('button[aria-pressed="true"]').waitFor()
  assert.deepEqual(await tabTo(page, 'Sign in'), ['Sign in'])
  await page.keyboard.press('Enter')

  await page.getByRole('heading', { name: 'Typewriter asks for access' }).waitFor()
  const stops = await tabTo(page, 'Authorize')
  assert.deepEqual(stops, ['Skip to content', 'Don’t ask me again', 'Authorize'])
  assert.deepEqual((await tabTo(page, 'Not you?')).slice(0, 2), ['Cancel', 'Not you?'])
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Shift+Tab')
  assert.deepEqual(await focus(page), { name: 'Authorize', visible: true })
  await page.keyboard.press('Enter')
  await page.waitForURL(`${redirectUri}?code=*`)
  assert.equal(world.complaints().length, 1, 'of the wrong password')
})

test('skip to the content, and cancel', async () => {
  const page = await world.visitor()
  await page.goto(authorizePath(clientId, redirectUri))
  await type(page, 'Username', 'ada')
  await page.keyboard.press('Tab')
  await type(page, 'Password', password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Typewriter asks for access' }).waitFor()
  await tabTo(page, 'Skip to content')
  await page.keyboard.press('Enter')
  assert.deepEqual(await tabTo(page, 'Cancel'), ['Don’t ask me again', 'Authorize', 'Cancel'])
  await page.keyboard.press('Space')
  await page.waitForURL(`${redirectUri}?error=access_denied*`)
})

test('through the tabs of an application', async () => {
  const page = await world.visitor()
  await page.goto(`/login?next=/o/applications/${clientId}`)
  await type(page, 'Username', 'ada')
  await page.keyboard.press('Tab')
  await type(page, 'Password', password)
  await page.keyboard.press('Enter')
  const tabs = page.getByRole('navigation', { name: 'Pages of this application' })
  for (const tab of ['Settings', 'Credentials', 'Activity', 'Danger zone']) {
    await tabs.waitFor()
    await tabTo(page, tab)
    await page.keyboard.press('Enter')
    await tabs.locator('[aria-current=page]').getByText(tab).waitFor()
  }
  await tabTo(page, 'Delete')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Delete the application?' }).waitFor()
})

test('the profile: language and time zone are lists, and a folded part opens', async () => {
  const page = await world.visitor()
  await page.goto('/login?next=/account/profile')
  await signIn(page, 'ada')
  const zone = page.getByRole('combobox', { name: 'Time zone' })
  await zone.waitFor()
  await page.getByText('Like Europe/Paris').waitFor({ state: 'detached' })
  await page.getByLabel('Full name').focus()
  await tabTo(page, 'Language')
  await page.keyboard.type('Port')
  await tabTo(page, 'Time zone')
  await page.keyboard.type('Europe/Par')
  await tabTo(page, 'More personal details')
  await page.keyboard.press('Enter')
  await tabTo(page, 'Given name')
  await page.keyboard.type('Ada')
  await page.keyboard.press('Enter')
  await page.getByText('Saved').waitFor()
  await zone.waitFor()
  assert.equal(await zone.inputValue(), 'Europe/Paris')
  assert.match(await page.getByRole('combobox', { name: 'Language' }).inputValue(), /^pt/)
  // Filled in, it is open.
  assert.equal(await page.getByLabel('Given name').inputValue(), 'Ada')
  await page.getByLabel('Given name').waitFor()
})

test('the dashboard, the charts as tables, and several people at once', async () => {
  await world.addUser('root', 'administrator')
  await world.addUser('zoe')
  const page = await world.visitor()
  await page.goto('/login?next=/admin')
  await signIn(page, 'root')
  await page.getByRole('heading', { name: 'Administration', level: 1 }).waitFor()
  await page.getByRole('link', { name: 'Settings' }).first().focus()
  await tabTo(page, '30 days')
  await page.keyboard.press('Enter')
  await page.waitForURL('/admin?*')
  await page.getByRole('link', { name: '90 days' }).focus()
  await tabTo(page, 'As a table')
  await page.keyboard.press('Enter')
  await page.getByRole('table').first().waitFor()

  await page.goto('/admin/users')
  await page.getByRole('button', { name: 'Search' }).focus()
  const stops: string[] = []
  const zoe = page.getByRole('checkbox', { name: 'zoe' })
  while (!(await zoe.evaluate((box) => box === document.activeElement))) {
    await page.keyboard.press('Tab')
    const at = await focus(page)
    stops.push(at.name)
    assert.ok(at.visible && stops.length < 30, `To the box of zoe: ${stops.join(', ')}`)
  }
  await page.keyboard.press('Space')
  await tabTo(page, 'Suspend')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Suspend these people?' }).waitFor()
  // Nothing is done until the question is answered, and the way back is the next stop.
  await page.getByRole('button', { name: 'Suspend' }).focus()
  await tabTo(page, 'Cancel')
  await page.keyboard.press('Enter')
  await page.waitForURL('/admin/users*')

  await world.db
    .prepare(
      `INSERT INTO connections (id, kind, name, position, client_id, settings, created_at, updated_at)
       VALUES ('a1', 'github', 'First', 0, 'x', '{}', 1, 1), ('b2', 'github', 'Second', 1, 'x', '{}', 1, 1)`,
    )
    .run()
  await page.goto('/admin/connections')
  await page.getByRole('link', { name: 'Add a provider' }).focus()
  assert.deepEqual(await tabTo(page, '↓'), ['First', '↓'])
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('Sign-in provider changed: First').waitFor()
  await page.getByRole('link', { name: 'Add a provider' }).focus()
  assert.deepEqual(await tabTo(page, 'First'), ['Second', '↓', 'First'])
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'First', level: 1 }).waitFor()
})

test('jump to another page, without leaving a field', async () => {
  const page = await world.visitor()
  await page.goto('/login?next=/account/profile')
  await type(page, 'Username', 'ada')
  await page.keyboard.press('Tab')
  await type(page, 'Password', password)
  await page.keyboard.press('Enter')
  // The key is heard when the script has run.
  await page.waitForURL('/account/profile')
  const name = page.getByLabel('Full name')
  await name.fill('Ada')
  await name.press('Control+k')
  await page.waitForFunction(() => document.activeElement?.matches('input') === true)
  assert.equal(await name.inputValue(), 'Ada')
  await page.getByRole('heading', { level: 1 }).click()
  await page.keyboard.press('Control+k')
  await page.waitForURL('/search')
  await page.waitForFunction(() => document.activeElement?.matches('[type=search]') === true)
  await page.keyboard.type('typew')
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Typewriter' }).waitFor()
  await tabTo(page, 'Typewriter')
  await page.keyboard.press('Enter')
  await page.getByRole('navigation', { name: 'Pages of this application' }).waitFor()
})

test('on wide screens the header, the navigation and the content are on one grid', async () => {
  const page = await world.visitor()
  await page.goto('/login')
  await signIn(page, 'ada')
  await page.waitForURL('/')
  for (const width of [1280, 1600, 1920]) {
    await page.setViewportSize({ width, height: 800 })
    const starts = []
    for (const path of ['/account', '/account/password', '/account/sessions']) {
      await page.goto(path)
      const [brand, side, main] = await edges(page, ['.brand', '.side', 'main'])
      assert.equal(side?.left, brand?.left, `${path} at ${width}`)
      starts.push(main?.left)
    }
    assert.equal(new Set(starts).size, 1, `the content starts at ${starts} at ${width}`)
  }
})

function edges(page: Page, selectors: readonly string[]) {
  return Promise.all(
    selectors.map((selector) =>
      page
        .locator(selector)
        .evaluate((element) => ({ left: Math.round(element.getBoundingClientRect().left) })),
    ),
  )
}

test('a common redirect URI is added, once', async () => {
  const page = await world.visitor()
  await page.goto('/login?next=/o/applications/register')
  await signIn(page, 'ada')
  const field = page.getByLabel('Redirect URIs', { exact: true })
  await page.getByRole('button', { name: 'Postman' }).waitFor()
  const own = await field.inputValue()
  for (const times of ['once', 'again']) {
    await field.focus()
    await tabTo(page, 'Postman')
    await page.keyboard.press(times === 'once' ? 'Enter' : ' ')
    await page.waitForFunction(() => document.activeElement?.id === 'redirect_uris')
    assert.equal(await field.inputValue(), `${own}\nhttps://oauth.pstmn.io/v1/callback`)
  }
})
