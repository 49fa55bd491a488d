import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { root } from '../../scripts/project.ts'
import { defaultSettings } from '../../src/rules/sign-in/connection.ts'
import { freePort } from '../e2e/elsewhere.ts'
import { DevProject } from './dev-project.ts'
import { Visitor } from './visitor.ts'

const project = new DevProject()
let port = 0
let provider: ChildProcess
const there = () => `http://localhost:${port}`

async function startProvider(): Promise<void> {
  const script = path.join(import.meta.dirname, 'openid-provider.mjs')
  provider = spawn(process.execPath, [script, `${port}`, project.origin], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  assert.ok(provider.stdout)
  await once(provider.stdout, 'data')
}

async function stopProvider(): Promise<void> {
  if (provider.exitCode !== null || provider.signalCode !== null) return
  const ended = once(provider, 'exit')
  provider.kill()
  await ended
}

before(async () => {
  assert.equal(project.run('createsuperuser', ['--username', 'ada']).status, 0)
  await project.start()
  port = await freePort()
  await startProvider()
  const settings = {
    ...defaultSettings,
    auth: { method: 'private_key_jwt' },
    signUp: 'everybody',
    believesEmail: true,
  }
  const sql = `INSERT INTO connections (id, kind, name, position, issuer, client_id, settings, created_at, updated_at)
    VALUES ('real', 'openid', 'Real', 0, '${there()}', 'latchkey', '${JSON.stringify(settings)}', 1, 1)`
  const cli = path.join(root, 'node_modules/wrangler/bin/wrangler.js')
  const added = spawnSync(process.execPath, [cli, 'd1', 'execute', 'DB', '--local', '--command', sql], {
    cwd: project.folder,
    encoding: 'utf8',
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
  })
  assert.equal(added.status, 0, added.stdout + added.stderr)
})
after(async () => {
  await stopProvider()
  await project.remove()
})

/** The redirect back, and the questions of the provider before it. */
interface Back {
  readonly back: string
  readonly asked: readonly string[]
}

/** One browser, at both servers. */
class Person {
  readonly here = new Visitor(() => project.origin)
  there: Visitor
  readonly name: string

  constructor(name: string, browser = new Visitor(there)) {
    this.name = name
    this.there = browser
  }

  /** From the button to the redirect back, which is not followed. */
  async goes(next: string, again?: string): Promise<Back> {
    const query = new URLSearchParams({ next, ...(again === undefined ? {} : { again }) })
    const page = await this.here.request(`/login/with/real?${query}`)
    return this.follows(await this.here.submit(page, { purpose: 'sign-in' }))
  }

  /** The same from the sign-in page, where the provider is the last used one. */
  async goesAgain(next: string): Promise<Back> {
    const page = await this.here.request(`/login?${new URLSearchParams({ next })}`)
    return this.follows(await this.here.submit(page, { prompt: 'none' }))
  }

  async follows(redirect: Response): Promise<Back> {
    const asked: string[] = []
    let answer = redirect
    for (let steps = 0; steps < 12; steps++) {
      const location = answer.headers.get('location')
      if (location === null) {
        const prompt = /name="prompt" value="(\w+)"/.exec(await answer.clone().text())?.[1]
        assert.ok(prompt, `No question: ${answer.status} ${answer.url}`)
        asked.push(prompt)
        const fields = prompt === 'login' ? { prompt, login: this.name, password: 'any' } : { prompt }
        answer = await this.there.request(answer.url, new URLSearchParams(fields))
        continue
      }
      const url = new URL(location, there())
      if (url.origin === project.origin) return { back: url.pathname + url.search, asked }
      answer = await this.there.request(url.href)
    }
    throw new Error('It never comes back')
  }

  /** The same, followed to the answer of the callback: its destination. */
  async comes(next: string, again?: string) {
    const { back, asked } = await this.goes(next, again)
    const answer = await this.here.request(back)
    return { to: answer.headers.get('location'), asked, text: await answer.text() }
  }
}

describe('signing in through oidc-provider', () => {
  const eve = new Person('eve')

  it('creates an account, at the first time', async () => {
    const { to, asked, text } = await eve.comes('/account')
    assert.deepEqual(asked, ['login', 'consent'])
    assert.match(to ?? '', /^\/login\/with\/real\/new\?arrival=/, text)
    const done = await eve.here.submit(await eve.here.request(to ?? ''), { username: 'eve' })
    assert.equal(done.headers.get('location'), '/account', await done.text())
    assert.ok(await eve.here.isSignedIn())
  })

  it('is silent while the person is signed in there', async () => {
    const again = new Person('eve', eve.there)
    const { to, asked, text } = await again.comes('/account')
    assert.deepEqual([asked, to], [[], '/account'], text)
    assert.ok(await again.here.isSignedIn())
  })

  it('is a fresh proof when a new sign-in is required', async () => {
    assert.equal((await eve.here.request('/account/email')).status, 303)
    const { to, asked, text } = await eve.comes('/account/email', '')
    assert.deepEqual([asked, to], [['login'], '/account/email'], text)
    assert.equal((await eve.here.request('/account/email')).status, 200)
  })

  it('shows no page of the provider by the button of the last used one', async () => {
    const { back, asked } = await eve.goesAgain('/account')
    assert.deepEqual([asked, /[?&]code=/.test(back)], [[], true], back)
    assert.equal((await eve.here.request(back)).headers.get('location'), '/account')
  })

  it('asks there once more, visibly, when nobody is signed in there', async () => {
    eve.there = new Visitor(there)
    const silent = await eve.goesAgain('/account')
    assert.deepEqual([silent.asked, /[?&]error=login_required/.test(silent.back)], [[], true], silent.back)
    const visible = await eve.follows(await eve.here.request(silent.back))
    assert.equal(visible.asked[0], 'login')
    assert.equal((await eve.here.request(visible.back)).headers.get('location'), '/account')
  })

  it('signs the person out there too, who is only asked, and leads back', async () => {
    const { back } = await eve.goes('/account')
    assert.equal((await eve.here.request(back)).headers.get('location'), '/account')
    const form = await (await eve.here.request('/logout')).text()
    const [, token = ''] = /name="form_token"[^>]* value="([^"]+)"/.exec(form) ?? []
    const out = await eve.here.request('/logout', new URLSearchParams({ form_token: token }))
    const page = await eve.here.request(out.headers.get('location') ?? '')
    const link = (await eve.here.submit(page, { with: 'real' })).headers.get('location') ?? ''
    assert.match(link, /[?&]id_token_hint=eyJ/)
    const question = await eve.there.request(link)
    const html = await question.text()
    assert.equal(question.status, 200, html)
    const [, xsrf = ''] = /name="xsrf" value="([^"]*)"/.exec(html) ?? []
    const confirm = new URL('session/end/confirm', `${there()}/`).href
    const left = await eve.there.request(confirm, new URLSearchParams({ xsrf, logout: 'yes' }))
    assert.equal(left.headers.get('location'), `${project.origin}/logout`, await left.text())
    const { asked } = await eve.goes('/account')
    assert.equal(asked[0], 'login')
  })

  it('says when the provider is down', async () => {
    const { back } = await eve.goes('/account')
    await stopProvider()
    assert.match(await (await eve.here.request(back)).text(), /can’t be reached at the moment/)
  })
})
