import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../e2e/elsewhere.ts'
import { DevProject } from '../scripts/dev-project.ts'
import { Visitor } from '../scripts/visitor.ts'
import { build, lackOf } from './languages.ts'

/** Signing in through Spring Authorization Server, a provider that nobody here wrote and that is strict. */

const project = new DevProject()
const admin = new Visitor(() => project.origin)
const skip = lackOf('spring') ?? false
let provider: ChildProcess | undefined
let there = ''

before(async () => {
  if (skip !== false) return
  const { folder, start } = await build('spring')
  for (const username of ['ada', 'grace'])
    assert.equal(project.run('createsuperuser', ['--username', username]).status, 0)
  await project.start()
  await admin.signIn('ada')
  const port = await freePort()
  there = `http://localhost:${port}`
  const [command = '', ...args] = start
  const child = spawn(command, [...args, `${port}`, project.origin], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  provider = child
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data))
  for (let tries = 0; ; tries += 1) {
    const answers = await fetch(`${there}/login`).then(
      ({ status }) => status === 200,
      () => false,
    )
    if (answers) return
    assert.ok(child.exitCode === null && tries < 900, said)
    await sleep(100)
  }
})
after(async () => {
  if (provider?.exitCode === null && provider.kill()) await once(provider, 'exit')
  await project.remove()
})

const secret = 'secret of latchkey'
const path = '/admin/connections/spring'

/** The settings of the connection, as the administrator's form takes them. */
const settings = (clientId = 'latchkey') => ({
  client_id: clientId,
  issuer: there,
  id: 'spring',
  name: 'Spring',
  auth_method: 'client_secret_basic',
  scope: 'openid profile email',
  sign_up: 'everybody',
})

async function saves(page: string, fields: Readonly<Record<string, string>>): Promise<void> {
  const saved = await admin.submit(await admin.request(page), fields)
  assert.equal(saved.status, 303, await saved.text())
}

/** Where a person arrives: the answer of the provider here, or a page there that leads no further. */
interface Arrival {
  /** Whether the form there was shown. */
  readonly asked: boolean
  readonly answer: Response
  readonly text: string
}

/** One browser, at both servers. */
class Person {
  readonly here = new Visitor(() => project.origin)
  readonly there = new Visitor(() => there)
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  /** Presses the button, and signs in there if asked. The answer of the callback is not followed. */
  async comes(query: Readonly<Record<string, string>> = {}): Promise<Arrival> {
    const page = await this.here.request(`/login/with/spring?${new URLSearchParams(query)}`)
    return this.follows(await this.here.submit(page, { purpose: query.purpose ?? 'sign-in' }))
  }

  async follows(redirect: Response): Promise<Arrival> {
    let asked = false
    let answer = redirect
    for (let steps = 0; steps < 12; steps += 1) {
      const location = answer.headers.get('location')
      if (location === null) {
        const text = await answer.clone().text()
        if (!text.includes('name="password"')) return { asked, answer, text }
        assert.ok(!asked, 'The form is shown again')
        asked = true
        answer = await this.there.submit(answer, {
          username: this.name,
          password: `password of ${this.name}`,
        })
        continue
      }
      const url = new URL(location, there)
      if (url.origin === project.origin) {
        const here = await this.here.request(url.href)
        return { asked, answer: here, text: await here.clone().text() }
      }
      answer = await this.there.request(url.href)
    }
    throw new Error('It never comes back')
  }

  /** The username of the account here. */
  async username(): Promise<string | undefined> {
    const html = await (await this.here.request('/account')).text()
    return /<bdi class="who">(\w+)<\/bdi>/.exec(html)?.[1]
  }
}

/** By the page of either server that asks. */
async function signOut(at: Visitor, token: 'form_token' | '_csrf'): Promise<Response> {
  const html = await (await at.request('/logout')).text()
  const value = new RegExp(`name="${token}"[^>]* value="([^"]+)"`).exec(html)?.[1]
  assert.ok(value !== undefined, html)
  const answer = await at.request('/logout', new URLSearchParams({ [token]: value }))
  assert.ok(answer.headers.has('location'), await answer.text())
  return answer
}

const destination = ({ answer }: Arrival) => answer.headers.get('location')

describe('signing in through Spring Authorization Server', { skip, timeout: 300_000 }, () => {
  const eve = new Person('eve')
  const grace = new Person('niklas')
  let eveCame = 0

  it('is added by an administrator, and its metadata is read', async () => {
    await saves('/admin/connections/new?kind=openid', { ...settings(), client_secret: secret })
    const html = await (await admin.request(path)).text()
    for (const shown of ['/oauth2/authorize', '/oauth2/token', '/userinfo'])
      assert.ok(html.includes(there + shown), html)
    assert.ok(html.includes(`${project.origin}/login/with/spring/callback`), html)
  })

  it('creates an account, at the first time', async () => {
    const arrival = await eve.comes({ next: '/account' })
    assert.equal(arrival.asked, true)
    assert.match(destination(arrival) ?? '', /^\/login\/with\/spring\/new\?arrival=/, arrival.text)
    const form = await eve.here.request(destination(arrival) ?? '')
    assert.match(await form.clone().text(), /value="eve@there\.example"/)
    const done = await eve.here.submit(form, { username: 'eve', email: 'eve@there.example' })
    assert.equal(done.headers.get('location'), '/account', await done.text())
    assert.equal(await eve.username(), 'eve')
  })

  it('signs in to the same account, and asks nothing while the person is signed in there', async () => {
    await signOut(eve.here, 'form_token')
    const arrival = await eve.comes({ next: '/account' })
    assert.deepEqual([arrival.asked, destination(arrival)], [false, '/account'], arrival.text)
    assert.equal(await eve.username(), 'eve')
  })

  it('signs the person out there too, by the ID token that was kept, and leads back', async () => {
    const out = await signOut(eve.here, 'form_token')
    const page = await eve.here.request(out.headers.get('location') ?? '')
    const leaving = await eve.here.submit(page, { with: 'spring' })
    const link = leaving.headers.get('location') ?? ''
    assert.ok(link.startsWith(`${there}/connect/logout?`), link)
    const answer = await eve.there.request(link)
    assert.deepEqual(
      [answer.status, answer.headers.get('location')],
      [302, `${project.origin}/logout`],
      await answer.text(),
    )
    const arrival = await eve.comes({ next: '/account' })
    eveCame = Date.now()
    assert.deepEqual([arrival.asked, destination(arrival)], [true, '/account'], arrival.text)
  })

  it('is added to an account that exists, and then signs in to that', async () => {
    await grace.here.signIn('grace')
    const linked = await grace.comes({ purpose: 'link' })
    assert.deepEqual([linked.asked, destination(linked)], [true, '/account/identities'], linked.text)
    assert.match(await (await grace.here.request('/account/identities')).text(), /niklas@there\.example/)
    await signOut(grace.here, 'form_token')
    const arrival = await grace.comes({ next: '/account' })
    assert.deepEqual([arrival.asked, destination(arrival)], [false, '/account'], arrival.text)
    assert.equal(await grace.username(), 'grace')
  })

  it('refuses an earlier sign-in where a new one is needed, since prompt and max_age change nothing there', async () => {
    // Longer than clocks may differ.
    await sleep(Math.max(0, eveCame + 12_000 - Date.now()))
    const early = await eve.comes({ next: '/account/email', again: '' })
    assert.deepEqual([early.asked, early.answer.status], [false, 400])
    assert.match(early.text, /This step needs a new sign-in at Spring, but Spring used an earlier one/)
    assert.equal((await eve.here.request('/account/email')).status, 303)
    await signOut(eve.there, '_csrf')
    const fresh = await eve.comes({ next: '/account/email', again: '' })
    assert.deepEqual([fresh.asked, destination(fresh)], [true, '/account/email'], fresh.text)
    assert.equal((await eve.here.request('/account/email')).status, 200)
  })

  it('shows its form although the button of the last used one asks it to be silent', async () => {
    await signOut(eve.here, 'form_token')
    await signOut(eve.there, '_csrf')
    const page = await eve.here.request('/login?next=/account')
    const arrival = await eve.follows(await eve.here.submit(page, { prompt: 'none' }))
    assert.deepEqual([arrival.asked, destination(arrival)], [true, '/account'], arrival.text)
  })

  it('says on a page of its own that a redirect URI is not registered there', async () => {
    await saves(path, settings('mistaken'))
    const { answer } = await eve.comes({ next: '/account' })
    assert.deepEqual([answer.status, new URL(answer.url).origin], [400, there])
    // Its form first, and then nothing about the request.
    const stranger = await new Person('eve').comes({ next: '/account' })
    assert.deepEqual([stranger.asked, new URL(stranger.answer.url).pathname], [true, '/error'])
    await saves(path, settings())
  })

  it('refuses a wrong client secret, and the person is told', async () => {
    await saves(`${path}/secret`, { client_secret: 'another secret' })
    const refused = /Spring refused the sign-in\. If this happens again, tell the people who run this site/
    const { answer, text } = await eve.comes({ next: '/account' })
    assert.equal(answer.status, 400)
    assert.match(text, refused)
    await saves(`${path}/secret`, { client_secret: secret })
    assert.equal(destination(await eve.comes({ next: '/account' })), '/account')
  })
})
