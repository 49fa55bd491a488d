import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hashSecret, readSecret } from '../../src/secrets/secret.ts'
import type { User } from '../../src/store/people/users.ts'
import type { Browser } from '../browser.ts'
import { everyBatchTwice } from '../faults.ts'
import { authorizePath, codeRequest, introspect, obtainCode, postToken, tokensOf } from '../flow.ts'
import { addClient, addUser, applySchema, password, startedAt, startServer } from '../server.ts'

beforeAll(applySchema)

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1'

let server = startServer()
let user: User
let people = 0

beforeEach(async () => {
  server = startServer()
  user = await addUser(`person${people++}`)
})

async function signedInWith(userAgent: string, who = user): Promise<Browser> {
  const browser = server.browser()
  browser.userAgent = userAgent
  const page = await browser.get('/login')
  expect((await page.submit({ username: who.username, password })).status).toBe(303)
  return browser
}

const isSignedIn = async (browser: Browser) => (await browser.get('/account')).status === 200

async function sidOf(browser: Browser): Promise<string> {
  const secret = readSecret('session', browser.cookies.get('latchkey-session') ?? '')
  const hash = secret === undefined ? '' : hashSecret(secret).sha256
  return (await env.DB.prepare('SELECT sid FROM sessions WHERE id_hash = ?').bind(hash).first('sid')) ?? ''
}

describe('the parts of pages that are made once', () => {
  const hostile = `<i>"mine" & 'yours'</i>`
  const escaped = '&lt;i&gt;&quot;mine&quot; &amp; &#39;yours&#39;&lt;/i&gt;'
  const paths = ['/account', '/o/applications', '/admin', '/admin/users', '/admin/applications'] as const

  async function see(number: number) {
    const admin = await addUser(`admin${number}`, 'administrator')
    const known = await addClient(admin, { name: `${hostile} ${number}` })
    const browser = await server.signedIn(admin)
    const pages = await Promise.all(paths.map((path) => browser.get(`${path}?from=${number}`)))
    const consent = await browser.get(authorizePath(known, { state: `from=${number}` }))
    const again = await browser.get(`/login?again&next=${encodeURIComponent(`/"><i>${number}`)}`)
    return { admin, all: [...pages, consent, again] }
  }

  const tokenOf = (html: string) => /name="form_token" value="([^"]+)"/.exec(html)?.[1]

  it('keep nothing of the person who came first', async () => {
    const first = await see(1)
    const second = await see(2)
    expect(second.all.map(({ status }) => status)).toEqual(second.all.map(() => 200))
    const [{ html: before = '' } = {}] = first.all
    const ofFirst = [tokenOf(before) ?? 'none', 'from%3D1', 'i&gt;1']
    expect(before).toContain(ofFirst[0])
    for (const { html } of second.all) {
      expect(ofFirst.filter((text) => html.includes(text))).toEqual([])
      expect(html).not.toMatch(/[\ue000-\uf8ff]/)
    }
    // The lists show the applications and accounts of everybody.
    const ownPages = second.all.filter((_, i) => ![1, 3, 4].includes(i))
    for (const { html } of ownPages) expect(html).not.toContain(first.admin.username)
    expect(second.all.map(({ html }) => tokenOf(html))).toEqual(
      second.all.map(() => tokenOf(second.all[0]?.html ?? '')),
    )
  })

  it('escape the values that are put into them', async () => {
    const { all } = await see(3)
    for (const { html } of all) expect(html).not.toContain('<i>')
    const [, list, , , console, consent] = all
    for (const page of [list, console]) {
      expect(page?.html).toContain(`<bdi title="${escaped} 3">${escaped} 3</bdi>`)
    }
    expect(consent?.html).toContain(`${escaped} 3`)
    expect(all.at(-1)?.html).toContain('value="/&quot;&gt;&lt;i&gt;3"')
  })
})

describe('the account', () => {
  it('is for people who are signed in', async () => {
    for (const path of ['/account', '/account/sessions', '/account/applications', '/account/activity']) {
      const page = await server.browser().get(path)
      expect([page.status, page.location]).toEqual([303, `/login?next=${encodeURIComponent(path)}`])
    }
  })

  it('shows the name and counts, and is linked from every page', async () => {
    const browser = await server.signedIn(user)
    await server.signedIn(user)
    const page = await browser.get('/account')
    expect(page.status).toBe(200)
    expect(page.html).toContain(user.username)
    expect(page.html).toContain('<span class="count">2</span>')
    expect((await browser.get('/')).html).toContain('href="/account"')
  })
})

describe('sessions', () => {
  it('are listed page by page, with their number', async () => {
    const ivy = await addUser('ivy')
    const mine = await server.signedIn(ivy)
    expect((await mine.get('/account/sessions')).text).not.toContain('1–1 of 1')
    const more = Array.from({ length: 30 }, (_, i) =>
      env.DB.prepare(
        `INSERT INTO sessions (id_hash, user_id, sid, amr, authenticated_at, last_seen_at, expires_at, user_agent)
         VALUES (?1, ?2, ?1, '["pwd"]', ?3, ?3, ?4, 'curl/8')`,
      ).bind(`ivy${i}`, ivy.id, startedAt - 60 - (i % 3), startedAt + 86_400),
    )
    await env.DB.batch(more)
    const page = await mine.get('/account/sessions')
    expect(page.text).toMatch(/1–25 of 31.*24 sessions.*Next/s)
    const next = /href="([^"]*after=[^"]*)" rel="next"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const last = await mine.get(next)
    expect(last.text).toMatch(
      /26–31 of 31.*Sign out everywhere else.*6 sessions|Sign out everywhere else.*26–31 of 31.*6 sessions/s,
    )
    const sids = [page, last].flatMap(({ html }) =>
      [...html.matchAll(/value="(ivy\d+)"/g)].map(([, sid]) => sid),
    )
    expect(new Set(sids).size).toBe(30)
  })

  it('are listed with their device, this one first and marked', async () => {
    const first = await signedInWith(firefox)
    server.now += 60
    await signedInWith(iphone)
    const { html } = await first.get('/account/sessions')
    expect(html.indexOf('Firefox on Windows')).toBeGreaterThan(0)
    expect(html.indexOf('Safari on iPhone')).toBeGreaterThan(html.indexOf('Firefox on Windows'))
    expect(html.split('This one')).toHaveLength(2)
    expect(html.slice(0, html.indexOf('Safari on iPhone'))).toContain('This one')
  })

  it('of the same device are one line, and end together', async () => {
    const mine = await signedInWith(firefox)
    const phones = [await signedInWith(iphone), await signedInWith(iphone), await signedInWith(iphone)]
    const desk = await signedInWith(firefox)
    const page = await mine.get('/account/sessions')
    expect(page.text).toContain('Safari on iPhone 3 sessions')
    // The current session is no part of a line, even in the same browser.
    expect(page.html.match(/<strong>Firefox on Windows/g)).toHaveLength(2)
    const [end = ''] = [...page.html.matchAll(/name="end" value="([^"]* [^"]*)"/g)].map(
      ([, sids]) => sids ?? '',
    )
    expect(end.split(' ').sort()).toEqual((await Promise.all(phones.map(sidOf))).sort())
    const root = await server.signedIn(await addUser(`root${people++}`, 'administrator'))
    expect((await root.get(`/admin/users/${user.id}`)).text).toMatch(
      /Safari on iPhone \(3 sessions\): Last seen/,
    )
    const stranger = await signedInWith(iphone, await addUser(`stranger${people++}`))
    const all = `${end} ${await sidOf(stranger)} ${await sidOf(mine)}`
    expect((await page.submit({ end: all })).status).toBe(303)
    expect(await Promise.all([mine, ...phones, desk, stranger].map(isSignedIn))).toEqual([
      true,
      false,
      false,
      false,
      true,
      true,
    ])
    expect(
      (await mine.get('/account/activity')).html.split('You signed out of Safari on iPhone'),
    ).toHaveLength(2)
  })

  it('of one device are ended by support too, with an event that the person sees, and no others', async () => {
    const theirs = await addUser(`many${people++}`)
    const phones = [await signedInWith(iphone, theirs), await signedInWith(iphone, theirs)]
    const desk = await signedInWith(firefox, theirs)
    const stranger = await signedInWith(iphone, await addUser(`stranger${people++}`))
    const strange = await sidOf(stranger)
    const support = await server.signedIn(await addUser(`support${people++}`, 'support'))
    const { html } = await support.get(`/admin/users/${theirs.id}`)
    const [, path = ''] = /href="([^"]+)" aria-label="Sign out of Safari on iPhone"/.exec(html) ?? []
    const asked = await support.get(path)
    expect(asked.text).toMatch(/Sign out of Safari on iPhone\?.*signed out of this browser/s)
    const end = asked.forms.at(-1)?.fields.end ?? ''
    expect((await support.get(`/admin/users/${theirs.id}/sessions?end=${strange}`)).status).toBe(404)
    expect((await asked.submit({ end: strange })).status).toBe(404)
    const { location } = await asked.submit({ end: `${end} ${strange}` })
    expect((await support.get(location)).text).toContain(`User signed out of one device: ${theirs.username}`)
    expect(await Promise.all([...phones, desk, stranger].map(isSignedIn))).toEqual([false, false, true, true])
    expect((await desk.get('/account/activity')).text).toContain(
      'An administrator signed you out of Safari on iPhone',
    )
    expect((await support.get('/account/activity')).text).toContain(
      `You signed ${theirs.username} out of Safari on iPhone`,
    )
    const root = await addUser(`root${people++}`, 'administrator')
    const roots = await signedInWith(iphone, root)
    expect((await support.get(`/admin/users/${root.id}`)).html).not.toContain('Sign out of Safari')
    const path2 = `/admin/users/${root.id}/sessions`
    expect((await support.get(`${path2}?end=${await sidOf(roots)}`)).status).toBe(404)
    const { form_token = '', attempt = '' } = asked.forms.at(-1)?.fields ?? {}
    const sent = { form_token, attempt, end: await sidOf(roots) }
    expect((await support.post(path2, sent)).status).toBe(404)
    expect(await isSignedIn(roots)).toBe(true)
  })

  it('have no secret in the page', async () => {
    const browser = await signedInWith(firefox)
    const { html } = await browser.get('/account/sessions')
    const secret = readSecret('session', browser.cookies.get('latchkey-session') ?? '')
    expect(secret && html.includes(secret.plain)).toBe(false)
    expect(secret && html.includes(hashSecret(secret).sha256)).toBe(false)
  })

  it('are listed while they are valid', async () => {
    await signedInWith(iphone)
    server.now += 15 * 86_400
    const browser = await signedInWith(firefox)
    expect((await browser.get('/account/sessions')).html).not.toContain('Safari on iPhone')
  })

  it('keep at most 300 characters of a User-Agent', async () => {
    const browser = await signedInWith(`curl/8 ${'x'.repeat(1000)}`)
    const kept = await env.DB.prepare('SELECT user_agent FROM sessions WHERE sid = ?')
      .bind(await sidOf(browser))
      .first<string>('user_agent')
    expect(kept).toHaveLength(300)
    expect((await browser.get('/account/sessions')).html).toContain('curl')
  })

  it('end one by one', async () => {
    const mine = await signedInWith(firefox)
    const lost = await signedInWith(iphone)
    const other = await signedInWith(iphone)
    const answer = await (await mine.get('/account/sessions')).submit({ end: await sidOf(lost) })
    expect([answer.status, answer.location]).toEqual([303, '/account/sessions?done='])
    expect(await Promise.all([mine, lost, other].map(isSignedIn))).toEqual([true, false, true])
    const { html } = await mine.get('/account/activity')
    expect(html).toContain('You signed out of Safari on iPhone')
  })

  it('of this browser end as by “Sign out”', async () => {
    const mine = await signedInWith(firefox)
    const answer = await (await mine.get('/account/sessions')).submit({ end: await sidOf(mine) })
    expect([answer.status, answer.location]).toEqual([303, '/logout'])
    expect(await isSignedIn(mine)).toBe(false)
  })

  it('of another person don’t end', async () => {
    const stranger = await signedInWith(iphone, await addUser(`stranger${people++}`))
    const mine = await signedInWith(firefox)
    const page = await mine.get('/account/sessions')
    for (const end of [await sidOf(stranger), 'made-up', '']) {
      expect((await page.submit({ end })).status).toBe(404)
    }
    await page.submit({ end: 'others' })
    expect(await isSignedIn(stranger)).toBe(true)
    expect((await stranger.get('/account/activity')).html).not.toContain('signed out of')
  })

  it('end everywhere else', async () => {
    const mine = await signedInWith(firefox)
    const others = [await signedInWith(iphone), await signedInWith(firefox)]
    const page = await mine.get('/account/sessions')
    expect((await page.submit({ end: 'others' })).status).toBe(303)
    expect(await Promise.all([mine, ...others].map(isSignedIn))).toEqual([true, false, false])
    // The form sent again is the same attempt: later sign-ins stay.
    const later = await signedInWith(iphone)
    expect((await page.submit({ end: 'others' })).status).toBe(303)
    expect(await isSignedIn(later)).toBe(true)
  })

  it('end only by our own page', async () => {
    const mine = await signedInWith(firefox)
    const other = await signedInWith(iphone)
    const page = await mine.get('/account/sessions')
    const fields = { ...page.forms[0]?.fields, end: await sidOf(other) }
    const foreign = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }
    expect((await mine.post('/account/sessions', fields, foreign)).status).toBe(400)
    expect((await mine.post('/account/sessions', { ...fields, form_token: 'x' })).status).toBe(400)
    expect((await mine.post('/account/sessions', { ...fields, attempt: 'x' })).status).toBe(400)
    expect(await isSignedIn(other)).toBe(true)
  })

  it('end their tokens, and the applications are notified', async () => {
    const developer = await addUser(`developer${people++}`)
    const registered = await addClient(developer)
    await env.DB.prepare(
      `UPDATE clients SET openid = json_set(openid, '$.backchannel_logout_uri', 'https://app.invalid/logout') WHERE id = ?`,
    )
      .bind(registered.client.id)
      .run()
    const mine = await signedInWith(firefox)
    const lost = await signedInWith(iphone)
    const tokens = await tokensOf(
      await postToken(
        server,
        codeRequest(registered, await obtainCode(lost, registered, { scope: 'openid' })),
      ),
    )
    expect((await introspect(server, registered, tokens.refresh_token)).active).toBe(true)
    const sid = await sidOf(lost)
    await (await mine.get('/account/sessions')).submit({ end: 'others' })
    expect((await introspect(server, registered, tokens.refresh_token)).active).toBe(false)
    const told = await env.DB.prepare('SELECT count(*) AS n FROM logout_deliveries WHERE sid = ?')
      .bind(sid)
      .first('n')
    expect(told).toBe(1)
  })

  it('end once, with every batch executed twice', async () => {
    server = startServer({ bindings: { DB: everyBatchTwice() } })
    const mine = await signedInWith(firefox)
    const lost = await signedInWith(iphone)
    const other = await signedInWith(iphone)
    const one = await mine.get('/account/sessions')
    expect((await one.submit({ end: await sidOf(lost) })).status).toBe(303)
    const all = await mine.get('/account/sessions')
    expect((await all.submit({ end: 'others' })).status).toBe(303)
    expect(await Promise.all([mine, lost, other].map(isSignedIn))).toEqual([true, false, false])
    const { html } = await mine.get('/account/activity')
    expect(html.split('You signed out')).toHaveLength(3)
  })
})

describe('activity', () => {
  it('is the person’s own, newest first, in words', async () => {
    const stranger = await addUser(`stranger${people++}`)
    await signedInWith(iphone, stranger)
    for (let i = 0; i < 5; i++) {
      const page = await server.browser().get('/login')
      expect((await page.submit({ username: user.username, password: 'no' })).status).toBe(400)
    }
    server.now += 3600
    const mine = await signedInWith(firefox)
    const { html } = await mine.get('/account/activity')
    expect(html).not.toContain('iPhone')
    const words = ['You signed in with Firefox on Windows', 'after five wrong passwords']
    const places = words.map((text) => html.indexOf(text))
    expect(places[0]).toBeGreaterThan(0)
    expect(places[1]).toBeGreaterThan(places[0] ?? 0)
  })

  it('shows acts of administrators to the person, and once to the administrator', async () => {
    const admin = await addUser(`root${people++}`, 'administrator')
    const root = await server.signedIn(admin)
    const path = `/admin/users/${user.id}`
    await (await root.get(`${path}/role`)).submit({ role: 'developer' })
    await (await root.get(`${path}/suspension`)).submit({})
    await (await root.get(`${path}/suspension`)).submit({})
    await (await root.get(`${path}/sessions`)).submit({})
    server.now += 10
    const mine = await server.signedIn(user)
    const page = await mine.get('/account/activity')
    for (const text of [
      'An administrator changed your role',
      'An administrator suspended your account',
      'An administrator resumed your account',
      'An administrator signed you out everywhere',
    ])
      expect(page.text.split(text)).toHaveLength(2)
    expect(page.text).not.toContain(admin.username)
    const own = (await root.get('/account/activity')).text
    expect([
      own.split(`You changed the role of ${user.username}`).length,
      own.includes('An administrator changed'),
    ]).toEqual([2, false])
    const log = await root.get('/admin/audit?type=role_changed')
    expect(log.text).toMatch(new RegExp(`${admin.username} changed the role of ${user.username}`))
    const exported = JSON.parse((await mine.get('/account/export')).html)
    expect(exported.done_by_administrators).toHaveLength(4)
    expect(JSON.stringify(exported.done_by_administrators)).not.toContain(admin.id)
    const events = `SELECT type FROM audit_events WHERE user_id = ? AND type = 'account_exported'`
    expect((await env.DB.prepare(events).bind(user.id).all()).results).toHaveLength(1)
  })

  it.each(['', '?sort=time'])('is paged, each event once, in its order%s', async (order) => {
    const insert = env.DB.prepare(
      "INSERT INTO audit_events (id, at, type, reference, user_id, detail) VALUES (?, ?, 'sign_in', 'r', ?, ?)",
    )
    // Several in one second, so that the id decides.
    const rows = Array.from({ length: 60 }, (_, i) =>
      insert.bind(`e${people}-${i}`, server.now - Math.floor(i / 7), user.id, `curl/${i}`),
    )
    await env.DB.batch(rows)
    // An act on the person is among their own.
    await env.DB.prepare(
      "INSERT INTO audit_events (id, at, type, reference, subject_id) VALUES (?, ?, 'user_resumed', 'r', ?)",
    )
      .bind(`e${people}-done`, server.now - 4, user.id)
      .run()
    const mine = await server.signedIn(user)
    let path = `/account/activity${order}`
    let seen = 0
    const times: string[] = []
    for (let pages = 1; ; pages++) {
      const { html } = await mine.get(path)
      seen += html.split('You signed in with curl').length - 1
      times.push(...[...html.matchAll(/<time datetime="([^"]+)"/g)].map(([, at = '']) => at))
      if (order !== '') expect(html).toMatch(/href="[^"]*sort=time/)
      const next = /href="([^"]+)" rel="next"/.exec(html)?.[1]
      if (next === undefined) {
        expect(pages).toBe(3)
        break
      }
      path = next.replaceAll('&amp;', '&')
    }
    expect(seen).toBe(60)
    const ascending = times.toSorted()
    expect(times).toEqual(order === '' ? ascending.toReversed() : ascending)
    expect(new Set(times).size).toBeGreaterThan(8)
    expect((await mine.get('/account/activity?after=made-up')).status).toBe(200)
  })

  it.each(['', '?sort=time'])('folds the same act, from its first time to its last%s', async (order) => {
    const mine = await signedInWith(firefox)
    const insert = env.DB.prepare(
      "INSERT INTO audit_events (id, at, type, reference, user_id) VALUES (?, ?, 'profile_updated', 'r', ?)",
    )
    await env.DB.batch(
      [100, 200, 300].map((at) => insert.bind(`folded${people++}`, server.now + at, user.id)),
    )
    const { html } = await mine.get(`/account/activity${order}`)
    const [, summary = ''] = /<summary>(3 times.*?)<\/summary>/s.exec(html) ?? []
    const times = [...summary.matchAll(/datetime="([^"]+)"/g)].map(([, at = '']) => Date.parse(at) / 1000)
    expect(times).toEqual([server.now + 100, server.now + 300])
  })

  it('isolates foreign names, as text', async () => {
    const registered = await addClient(await addUser(`developer${people++}`), { name: '<b>Evil</b>' })
    const mine = await server.signedIn(user)
    await obtainCode(mine, registered)
    const { html } = await mine.get('/account/activity')
    expect(html).toMatch(
      /You allowed <strong><bdi title="&lt;b&gt;Evil&lt;\/b&gt;">&lt;b&gt;Evil&lt;\/b&gt;<\/bdi><\/strong> access/,
    )
  })
})
