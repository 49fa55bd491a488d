import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import axe, { type RunOnly } from 'axe-core'
import type { Page } from 'playwright-core'
import { makePaths } from '../../src/paths.ts'
import { authorizePath } from './code.ts'
import { plugIn, withoutAutofill } from './device.ts'
import { startPlayground } from './elsewhere.ts'
import { fillApplication, registerPublic, signIn } from './people.ts'
import { password, startWorld } from './world.ts'

const world = await startWorld()
const playground = await startPlayground(world.origin)
/** The paths of the pages that were looked at, with what stands for an id. */
const checked = new Set<string>()

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** What depends on the colours alone. */
const colours = ['color-contrast', 'link-in-text-block']
/** Every rule sees both widths and both schemes; those about colours see all four. */
const looks = [
  { colorScheme: 'light', width: 1280, rules: { type: 'tag', values: standards } },
  { colorScheme: 'dark', width: 1280, rules: { type: 'rule', values: colours } },
  { colorScheme: 'dark', width: 320, rules: { type: 'tag', values: standards } },
  { colorScheme: 'light', width: 320, rules: { type: 'rule', values: colours } },
] as const satisfies readonly { colorScheme: string; width: number; rules: RunOnly }[]

/** The page as it is now: light and dark, wide and as narrow as WCAG 1.4.10 asks for. `name` is what it is called here. */
async function check(page: Page, name: string): Promise<void> {
  // What has a capital or a digit in it stands for something.
  checked.add(new URL(page.url()).pathname.replaceAll(/(?<=\/)[\w-]*[A-Z0-9][\w-]*/g, ':id'))
  for (const { colorScheme, width, rules } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 800 })
    const where = `${name}, ${colorScheme}, ${width} px`
    assert.deepEqual(await violations(page, rules), [], where)
    if (width === 320) assert.deepEqual(await tooWide(page), [], `${where}: what is wider than the page`)
  }
}

/** Each with the elements it is about. */
async function violations(page: Page, runOnly: RunOnly): Promise<readonly string[]> {
  // Evaluated by the debugger, which the Content-Security-Policy lets through.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  return page.evaluate(async (runOnly) => {
    const found = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, { runOnly })
    if (found.passes.length < (runOnly.type === 'tag' ? 10 : 1)) throw new Error('axe looked at nothing')
    return found.violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(' ')}: ${failureSummary}`),
    )
  }, runOnly)
}

/** What makes the page scroll sideways. */
function tooWide(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    if (document.querySelector('h1')?.getBoundingClientRect().width === 0) return ['no text has a width']
    if (scrollWidth <= clientWidth) return []
    const all = [...document.body.querySelectorAll('*')]
    return all
      .filter((element) => element.getBoundingClientRect().right > clientWidth)
      .map((element) => `${element.tagName} ${element.id} ${element.textContent?.slice(0, 40)}`)
  })
}

/** Of an error page or a form that was refused the browser says that it was one. */
function expectRefused(...statuses: readonly number[]): void {
  const heard = world.complaints().map((text) => Number(/status of (\d+)/.exec(text)?.[1] ?? Number.NaN))
  assert.deepEqual(heard, statuses)
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

before(() => world.addUser('grace', 'user'))

test('the pages before anybody signs in', async () => {
  const page = await world.visitor()
  await page.goto('/')
  await check(page, 'welcome')
  await page.goto('/login')
  await check(page, 'sign in')
  await page.getByLabel('Username').fill('nobody')
  await page.getByLabel('Password').fill('nothing')
  await press(page, 'Sign in')
  await page.getByRole('alert').waitFor()
  await check(page, 'sign in, refused')
  expectRefused(400)
  await page.goto('/logout')
  await check(page, 'signed out')
  await page.goto('/nowhere')
  await check(page, 'nothing is here')
  await page.goto('/o/authorize?client_id=nobody')
  await check(page, 'unknown application')
  expectRefused(404, 400)
})

test('the pages of a developer', async () => {
  const page = await world.visitor()
  await page.goto('/login')
  await signIn(page, 'grace')
  await page.getByText('Signed in as grace').waitFor()
  await check(page, 'welcome, signed in')
  await page.goto('/o/applications')
  await check(page, 'no application yet')

  await page.goto('/o/applications/register')
  await check(page, 'register')
  await press(page, 'Register')
  await page.getByRole('alert').waitFor()
  await check(page, 'register, nothing filled in')
  const long = `https://app.example/${'a'.repeat(200)}`
  await fillApplication(page, {
    name: 'W'.repeat(100),
    type: 'Confidential',
    redirectUris: `${long}\n${long}/#fragment\nhttp://app.example/`,
    allowedOrigins: `${long}`,
  })
  await press(page, 'Register')
  await page.getByRole('alert').getByText('line 2').first().waitFor()
  await check(page, 'register, refused')
  expectRefused(400, 400)
  await page
    .getByLabel('Redirect URIs', { exact: true })
    .fill(`${long}\nhttp://localhost:1/playground/callback`)
  await page.getByLabel('Allowed origins').fill(`https://${'a'.repeat(60)}.${'b'.repeat(60)}.example`)
  await press(page, 'Register')
  await page.getByRole('heading', { name: 'Application registered' }).waitFor()
  await check(page, 'the secret')
  const secret = await page.getByLabel('Client secret', { exact: true }).inputValue()
  const clientId = await page.getByLabel('Client ID', { exact: true }).inputValue()
  await page.getByRole('link', { name: 'I have copied it' }).click()
  await page.getByRole('link', { name: 'Make a new secret' }).waitFor()
  await check(page, 'an application')
  await page.getByRole('link', { name: 'Delete the secret' }).click()
  await page.getByText('It is the only one.').waitFor()
  await check(page, 'delete the secret')
  await page.goto(`/o/applications/${clientId}/secrets`)
  await check(page, 'a new secret')
  await press(page, 'Make it')
  await page.getByRole('heading', { name: 'New secret' }).waitFor()
  await check(page, 'a new secret, made')
  await page.goto(`/o/applications/${clientId}/secrets`)
  await check(page, 'no third secret')
  await page.goto(`/o/applications/${clientId}/claims`)
  await check(page, 'claims')
  await page.goto(`/o/applications/${clientId}/policy`)
  await check(page, 'tokens and sign-in')
  await page.getByLabel('Access token lifetime').fill('never')
  await page.getByLabel('Public keys (JWKS)').fill('x'.repeat(300))
  await press(page, 'Save')
  await page.getByRole('alert').waitFor()
  await check(page, 'tokens and sign-in, refused')
  expectRefused(400)
  await page.goto(`/o/applications/${clientId}/update`)
  await check(page, 'update')
  await press(page, 'Save')
  await page.getByText('Saved').waitFor()
  await check(page, 'saved')
  await page.goto(`/o/applications/${clientId}/delete`)
  await check(page, 'delete')
  await page.goto('/o/applications')
  await check(page, 'applications')
  await page.goto('/o/applications?name=zzz')
  await check(page, 'applications, nothing found')
  await page.goto(authorizePath(clientId, long))
  await page.getByRole('button', { name: 'Authorize' }).waitFor()
  await check(page, 'consent')
  await page.goto('/logout')
  await check(page, 'sign out')
  await page.goto('/o/logout')
  await page.getByRole('link', { name: 'Stay signed in' }).waitFor()
  await check(page, 'sign out, for an application')

  await checkPlayground(page, clientId, secret)
})

/** Each state of the playground, from another origin. */
async function checkPlayground(page: Page, clientId: string, secret: string): Promise<void> {
  await page.goto('/playground')
  await page.getByRole('button', { name: 'Sign in and authorize' }).waitFor()
  await check(page, 'playground')
  await page.goto(`${playground}/playground?client_id=${clientId}`)
  await press(page, 'Sign in and authorize')
  await press(page, 'Authorize')
  await page.getByText('The answer is good').waitFor()
  await check(page, 'playground, answer')
  await press(page, 'Exchange the code')
  await page.getByRole('alert').waitFor()
  await check(page, 'playground, problem')
  world.complaints()
  await page.getByLabel('Client secret', { exact: true }).fill(secret)
  await press(page, 'Exchange the code')
  await page.getByRole('alert').getByText('CORS').waitFor()
  await check(page, 'playground, unread')
  world.complaints()

  const open = await registerPublic(page, {
    name: 'Readable',
    redirectUris: `${playground}/playground/callback`,
  })
  await page.goto(`${playground}/playground?client_id=${open}`)
  await press(page, 'Sign in and authorize')
  await press(page, 'Authorize')
  await press(page, 'Exchange the code')
  await press(page, 'Refresh the tokens')
  await page.getByText('both tokens changed').waitFor()
  await check(page, 'playground, tokens')
}

test('the pages of an administrator', async () => {
  const page = await world.visitor()
  await page.goto(await world.setupLink())
  await check(page, 'set up')
  await press(page, 'Create administrator')
  await page.getByLabel('Username').fill('not a name')
  await page.getByLabel('Password').fill('short')
  await press(page, 'Create administrator')
  await page.getByRole('alert').waitFor()
  await check(page, 'set up, refused')
  expectRefused(400)
  await page.getByLabel('Username').fill('M'.repeat(64))
  await page.getByLabel('Password').fill(password)
  await press(page, 'Create administrator')
  await page.getByText('Signed in as').waitFor()
  await check(page, 'welcome, administrator')
  for (const path of [
    '/admin',
    '/admin/users',
    '/admin/applications',
    '/admin/invitations',
    '/o/applications',
  ]) {
    await page.goto(path)
    await check(page, path)
  }
  await page.goto('/o/applications/register')
  await page.getByLabel('Owner').fill('nobody')
  await press(page, 'Register')
  await page.getByRole('alert').waitFor()
  await check(page, 'register, for nobody')
  expectRefused(400)
})

test('the pages of an administrator about everybody', async () => {
  await world.addUser('hopper', 'administrator')
  await world.addUser('noether', 'user')
  const page = await world.visitor()
  await page.goto('/login?next=/admin/apis')
  await signIn(page, 'hopper')
  await page.getByRole('heading', { name: 'APIs' }).waitFor()
  await check(page, 'no API yet')
  await page.goto('/admin/apis/new')
  await check(page, 'a new API')
  await press(page, 'Save')
  await page.getByRole('alert').waitFor()
  await check(page, 'a new API, refused')
  expectRefused(400)
  await page.getByLabel('Identifier').fill(`https://api.example/${'a'.repeat(300)}`)
  await page.getByLabel('Name', { exact: true }).fill('W'.repeat(100))
  await page.getByLabel('Scopes', { exact: true }).fill(`${'r'.repeat(100)} See ${'w'.repeat(150)}`)
  await press(page, 'Save')
  await page.getByText('Saved').waitFor()
  await check(page, 'APIs')
  await page.getByRole('link', { name: 'W'.repeat(100) }).click()
  await page.getByRole('heading', { name: 'Change the API' }).waitFor()
  await check(page, 'an API')
  await page.getByRole('link', { name: 'Delete' }).click()
  await page.getByRole('heading', { name: 'Delete the API?' }).waitFor()
  await check(page, 'delete an API')

  for (const path of [
    'scopes',
    'scopes/new',
    'keys',
    'keys/ES256/rotation',
    'audit',
    'audit?type=zzz',
    'logouts',
  ]) {
    await page.goto(`/admin/${path}`)
    await check(page, path)
  }
  await page.goto(`/admin/scopes/${Buffer.from('write').toString('base64url')}`)
  await check(page, 'a scope')
  await page.getByRole('link', { name: 'Delete' }).click()
  await page.getByRole('heading', { name: 'Delete the scope?' }).waitFor()
  await check(page, 'delete a scope')

  const redirectUri = `${playground}/callback`
  const clientId = await registerPublic(page, { name: 'Telescope', redirectUris: redirectUri })
  await page.goto(`/admin/applications/${clientId}/suspension`)
  await check(page, 'suspend an application')
  await page.goto(authorizePath(clientId, redirectUri))
  await press(page, 'Authorize')
  await page.waitForURL(`${redirectUri}?*`)
  expectRefused(404)
  await page.goto('/admin/users?name=hopper')
  await page.getByRole('link', { name: 'hopper', exact: true }).last().click()
  await page.getByRole('heading', { name: 'Connected applications' }).waitFor()
  await check(page, 'a user')
  await page.getByRole('link', { name: 'End the access of Telescope' }).click()
  await page.getByRole('heading', { name: 'End the access?' }).waitFor()
  await check(page, 'end the access')
  await page.goto('/admin/users?name=noether')
  await page.getByRole('link', { name: 'noether' }).click()
  for (const [link, heading] of [
    ['Make administrator', 'Make an administrator?'],
    ['Suspend', 'Suspend the user?'],
  ] as const) {
    await page.getByRole('link', { name: link }).click()
    await page.getByRole('heading', { name: heading }).waitFor()
    await check(page, link)
    await page.getByRole('link', { name: 'Cancel' }).click()
  }
  await page.getByRole('link', { name: 'Suspend' }).click()
  await press(page, 'Suspend')
  await page.getByText('Saved').waitFor()
  await check(page, 'a suspended user')
})

test('the pages of an authenticator app', async () => {
  const page = await world.visitor()
  await page.goto('/login')
  await signIn(page, 'grace')
  await page.getByText('Signed in as grace').waitFor()
  await page.goto('/account/authenticator')
  await check(page, 'no authenticator yet')
  await page.getByRole('link', { name: 'Set up an authenticator app' }).click()
  await page.getByText('The app is on this device').click()
  await check(page, 'set up an authenticator')
  const key = await page.getByLabel('Key', { exact: true }).inputValue()
  await page.getByLabel('Code', { exact: true }).fill('000000')
  await press(page, 'Confirm')
  await page.getByRole('alert').waitFor()
  await check(page, 'set up an authenticator, refused')
  expectRefused(400)
  await page.getByLabel('Code', { exact: true }).fill(codeOf(key))
  await press(page, 'Confirm')
  await page.getByText('Print them or write them down now.').waitFor()
  await check(page, 'recovery codes')
  await page.getByRole('link', { name: 'I have kept them' }).click()
  await page.getByRole('link', { name: 'Remove the app' }).waitFor()
  await check(page, 'an authenticator')
  for (const name of ['recovery-codes', 'remove']) {
    await page.goto(`/account/authenticator/${name}`)
    await check(page, name)
  }
  await page.goto('/login')
  await signIn(page, 'grace')
  await page.getByRole('heading', { name: 'Enter your code' }).waitFor()
  await check(page, 'code')
  await page.getByLabel('Code', { exact: true }).fill('000000')
  await press(page, 'Sign in')
  await page.locator('[aria-invalid]').waitFor()
  await check(page, 'code, refused')
  world.complaints()
  await page.getByRole('link', { name: 'Use a recovery code instead' }).click()
  await page.getByLabel('Recovery code').waitFor()
  await check(page, 'recovery code')
})

test('the pages of an account', async () => {
  await world.addUser('mary', 'user')
  const redirectUri = `${playground}/callback`
  const page = await world.visitor()
  await page.goto('/login?next=/account')
  await signIn(page, 'mary')
  await page.getByRole('heading', { name: 'Your account' }).waitFor()
  await check(page, 'account')
  const clientId = await registerPublic(page, { name: 'W'.repeat(100), redirectUris: redirectUri })
  await page.goto('/account/applications')
  await check(page, 'no connected application yet')
  await page.goto(authorizePath(clientId, redirectUri))
  await press(page, 'Authorize')
  await page.waitForURL(`${redirectUri}?*`)
  expectRefused(404)
  for (const name of ['profile', 'password', 'sessions', 'applications', 'activity', 'delete']) {
    await page.goto(`/account/${name}`)
    await check(page, name)
  }
  await page.goto('/account/profile')
  await page.getByLabel('Birthday').fill('yesterday')
  await press(page, 'Save')
  await page.getByRole('alert').waitFor()
  await check(page, 'profile, refused')
  await page.goto('/account/password')
  await page.getByLabel('New password', { exact: true }).fill('password1')
  await press(page, 'Change password')
  await page.getByRole('alert').waitFor()
  await check(page, 'password, refused')
  expectRefused(400, 400)
  await page.goto('/account/applications')
  await page.getByRole('link', { name: 'Remove' }).click()
  await page.getByRole('heading', { name: 'Remove the application?' }).waitFor()
  await check(page, 'remove')
  await press(page, 'Remove')
  await page.getByText('All that it had is ended').waitFor()
  await check(page, 'removed')
  await page.goto('/account/delete')
  await page.getByLabel('Password').fill(password)
  await press(page, 'Delete')
  await page.getByRole('heading', { name: 'Your account is deleted' }).waitFor()
  await check(page, 'deleted')
})

test('the pages of passkeys', async () => {
  const page = await withoutAutofill(await world.visitor())
  await world.addUser('lin')
  await page.goto('/login')
  await signIn(page, 'lin')
  await page.getByText('Signed in as lin').waitFor()
  await page.goto('/account/passkeys')
  await check(page, 'no passkey yet')
  await page.getByRole('link', { name: 'Add a passkey' }).click()
  await page.getByLabel('Name').fill('W'.repeat(64))
  await press(page, 'Add a passkey')
  await page.getByRole('alert').getByText('No passkey was made').waitFor()
  await check(page, 'add a passkey, without a device')
  await plugIn(page)
  await press(page, 'Add a passkey')
  await page.waitForURL('/account/passkeys')
  await check(page, 'passkeys')
  await page.getByRole('link', { name: 'Remove W' }).click()
  await page.getByRole('button', { name: 'Remove' }).waitFor()
  await check(page, 'remove a passkey')
  await press(page, 'Remove')
  await page.waitForURL('/account/passkeys')
  await page.goto('/login')
  await press(page, 'Use a passkey')
  await page.getByRole('alert').getByText('not known here').waitFor()
  await check(page, 'sign in, with an unknown passkey')
  expectRefused(400)
})

/** RFC 6238, of a key as it is typed. */
function codeOf(typed: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...typed.replaceAll(/\s/g, '').toUpperCase()]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const digest = createHmac('sha1', key).update(counter).digest()
  const at = (digest.at(-1) ?? 0) & 15
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

test('the pages of mails and of who is new', async () => {
  const page = await world.visitor()
  const mailed = async (start: string) => {
    await page.goto('/dev/outbox')
    return (await page.locator(`a[href*="${start}"]`).first().getAttribute('href')) ?? 'none'
  }
  await page.goto('/signup')
  await check(page, 'sign up')
  await page.getByLabel('Username').fill('w w')
  await page.getByLabel('Email').fill('nowhere')
  await page.getByLabel('Password').fill('short')
  await press(page, 'Create the account')
  await page.getByRole('alert').waitFor()
  await check(page, 'sign up, refused')
  expectRefused(400)
  await page.getByLabel('Username').fill('wilma')
  await page.getByLabel('Email').fill(`${'w'.repeat(60)}@example.com`)
  await page.getByLabel('Password').fill(password)
  await press(page, 'Create the account')
  await page.getByText('A link is on its way').waitFor()
  await check(page, 'email, sent')
  await page.goto(await mailed('/account/email/confirmation'))
  await check(page, 'confirm an address')
  await press(page, 'Confirm')
  await page.getByText('confirmed.').waitFor()
  await check(page, 'email, confirmed')

  await page.goto('/password-reset')
  await check(page, 'forgotten')
  await page.getByLabel('Username or email').fill('wilma')
  await press(page, 'Send the link')
  await page.getByRole('heading', { name: 'Look at your mail' }).waitFor()
  await check(page, 'sent')
  const link = await mailed('/password-reset/password')
  await check(page, 'outbox')
  await page.goto(link)
  await check(page, 'new password')
  await page.getByLabel('New password').fill('seven green lamps')
  await press(page, 'Change the password')
  await page.getByRole('heading', { name: 'Your password is changed' }).waitFor()
  await check(page, 'changed')
  await page.goto(link)
  await check(page, 'a link that was used')
  expectRefused(404)
})

test('no page was forgotten', () => {
  const app = readFileSync(path.join(import.meta.dirname, '../../src/app.ts'), 'utf8')
  const paths: Record<string, string | ((...ids: [string, string]) => string)> = makePaths('/o')
  const all = [...app.matchAll(/^\s*page\(\s*app,\s*paths\.(\w+)/gm)].map(([, name = '']) => {
    const found = paths[name]
    return typeof found === 'function' ? found(':id', ':id') : found
  })
  assert.ok(all.length > 20, 'src/app.ts lists the pages')
  // Files, ways to a page, and what buttons do.
  const others = [
    paths.accountExport,
    paths.adminAuditExport,
    paths.changePassword,
    paths.emailVerification,
    paths.language,
  ]
  for (const answer of others) checked.add(String(answer))
  checked.add('/admin/invitations/:id/withdrawal')
  assert.deepEqual(
    all.filter((one) => one === undefined || !checked.has(one)),
    [],
    'Look at these here, too',
  )
})
