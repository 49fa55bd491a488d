import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { register } from '../applications.ts'
import type { Browser } from '../browser.ts'
import type { Known } from '../flow.ts'
import { addUser, applySchema, startServer } from '../server.ts'

const server = startServer()
let ada: Browser
let root: Browser
let diary: Known
let wiki: Known

beforeAll(async () => {
  await applySchema()
  ada = await server.signedIn(await addUser('ada'))
  root = await server.signedIn(await addUser('root', 'administrator'))
  diary = await register(ada, { name: 'Diary', client_type: 'public' })
  wiki = await register(root, { name: 'Wiki' })
})

const paths = ['/admin', '/admin/users', '/admin/applications']
const spellings = paths.flatMap((path) => [path, `${path}/`, `${path}?name=a&after=b`])

describe('administration', () => {
  it.each(spellings)('%s does not exist for a person who is not an administrator', async (path) => {
    const answer = await ada.get(path)
    expect([answer.status, answer.html.includes('<h1>Page not found</h1>')]).toEqual([404, true])
    for (const secret of ['root', 'Wiki', 'Administration', wiki.client.id])
      expect(answer.html).not.toContain(secret)
  })

  it.each(spellings)('%s leads a visitor to sign in, and back', async (path) => {
    const answer = await server.browser().get(path)
    expect([answer.status, answer.location]).toEqual([303, `/login?next=${encodeURIComponent(path)}`])
    expect(answer.html).toBe('')
  })

  it.each(spellings)('%s is a page for an administrator', async (path) => {
    const answer = await root.get(path)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
  })

  it('ends with the role, though the session continues', async () => {
    const late = await server.signedIn(await addUser('late', 'administrator'))
    expect((await late.get('/admin')).status).toBe(200)
    await env.DB.prepare(`UPDATE users SET role = 'user' WHERE username = 'late'`).run()
    for (const path of paths) expect((await late.get(path)).status).toBe(404)
    expect((await late.get('/')).text).toContain('Signed in as late')
  })

  it.each(paths)('%s accepts no POST', async (path) => {
    const form_token = (await root.get('/o/applications/register')).forms[0]?.fields.form_token ?? ''
    const answer = await root.post(path, { form_token })
    expect([answer.status, answer.headers.get('Allow')]).toEqual([405, 'GET'])
  })

  it('is linked for administrators only', async () => {
    for (const path of ['/', '/o/applications']) {
      expect((await root.get(path)).html).toContain('href="/admin"')
      expect((await ada.get(path)).html).not.toContain('href="/admin"')
    }
  })

  it('shows the numbers of users and applications', async () => {
    const counts = await env.DB.prepare(
      'SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM clients) AS clients',
    ).first()
    const { text } = await root.get('/admin')
    expect(text).toContain(`Users ${counts?.users}`)
    expect(text).toContain(`Applications ${counts?.clients}`)
  })
})

describe('all applications', () => {
  it.each(['/admin/applications', '/o/applications'])('are at %s, with their owners', async (path) => {
    const { text, html } = await root.get(path)
    expect(text).toMatch(new RegExp(`Diary ${diary.client.id} Public owned by ada`))
    expect(text).toMatch(new RegExp(`Wiki ${wiki.client.id} Confidential owned by root`))
    expect(html).toContain(`href="/o/applications/${diary.client.id}"`)
  })

  it('are found by any part of their name', async () => {
    const { text } = await root.get('/admin/applications?name=IkI')
    expect([text.includes('Wiki'), text.includes('Diary')]).toEqual([true, false])
    expect((await root.get('/admin/applications?name=ikis')).text).toContain('No application is found by')
  })
})

describe('all users', () => {
  const walk = async (start: string) => {
    const found: string[] = []
    let path = start
    for (let pages = 0; pages < 10; pages++) {
      const page = await root.get(path)
      found.push(
        ...[...page.html.matchAll(/class="cover"[^>]*><bdi[^>]*>([^<]*)<\/bdi>/g)].map(
          ([, name = '']) => name,
        ),
      )
      const next = /href="([^"]+)" rel="next"/.exec(page.html)?.[1]
      if (next === undefined) return found
      path = next.replaceAll('&amp;', '&')
    }
    throw new Error('The list has no end')
  }

  it('are listed once each, in the order of names', async () => {
    const made = ['ﷺ'.repeat(64), 'Zoë', ...Array.from({ length: 58 }, (_, i) => `Person-${i}`)]
    for (const name of made) await addUser(name)
    const all = await walk('/admin/users')
    const rows = await env.DB.prepare('SELECT username FROM users ORDER BY username_key').all()
    expect(all).toEqual(rows.results.map(({ username }) => username))
    expect(all.length).toBeGreaterThan(60)
    expect(await walk('/admin/users?name=PERSON-')).toHaveLength(58)
    expect(await walk('/admin/users?name=person-1')).toHaveLength(11)
    expect(await walk('/admin/users?name=%25')).toEqual([])
  })

  it('show who is an administrator, and no password', async () => {
    const page = await root.get('/admin/users?name=root')
    expect(page.text).toContain('root root@example.com Administrator')
    expect((await root.get('/admin/users?name=ada')).text).not.toMatch(/ada@example.com Administrator/)
    expect(page.html).not.toContain('argon2id')
  })
})
