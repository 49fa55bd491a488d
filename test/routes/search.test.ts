import { beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../src/store/people/users.ts'
import { register } from '../applications.ts'
import type { Browser, Page } from '../browser.ts'
import { authorizePath, type Known } from '../flow.ts'
import { addUser, applySchema, startServer } from '../server.ts'

const server = startServer()
let ada: Browser
let root: Browser
let adaUser: User
let diary: Known

beforeAll(async () => {
  await applySchema()
  adaUser = await addUser('ada')
  ada = await server.signedIn(adaUser)
  root = await server.signedIn(await addUser('root', 'administrator'))
  diary = await register(ada, { name: 'Diary <b>' })
  await register(root, { name: 'Dialogue' })
})

/** The targets of the results, by name. */
const hits = ({ html }: Page) =>
  [...html.matchAll(/<a class="cover" href="([^"]+)"><bdi[^>]*>([^<]*)</g)].map(([, href, name]) => [
    name,
    href,
  ])

describe('the search', () => {
  it('is a plain form, linked from each page', async () => {
    expect((await ada.get('/account')).html).toMatch(/<a [^>]*href="\/search"[^>]* aria-keyshortcuts=/)
    const page = await ada.get('/search')
    expect(page.html).toContain('<form class="find" method="get" action="/search">')
    expect(hits(page)).toContainEqual(['Passkeys', '/account/passkeys'])
    expect(hits(page).filter(([, href]) => href?.startsWith('/admin'))).toEqual([])
  })

  it('finds pages, applications and users, for people who may see them', async () => {
    expect(hits(await ada.get('/search?name=dia'))).toEqual([
      ['Diary &lt;b&gt;', `/o/applications/${diary.client.id}`],
    ])
    expect(hits(await ada.get('/search?name=ada'))).toEqual([])
    expect((await ada.get('/search?name=<i>')).html).toContain('Nothing matches “<bdi>&lt;i&gt;</bdi>”')
    expect(hits(await root.get('/search?name=dia')).map(([name]) => name)).toEqual([
      'Dialogue',
      'Diary &lt;b&gt;',
    ])
    expect(hits(await root.get('/search?name=ada'))).toEqual([['ada', `/admin/users/${adaUser.id}`]])
    expect(hits(await root.get('/search?name=Audit'))).toEqual([['Audit log', '/admin/audit']])
  })
})

describe('the navigation', () => {
  const side = ({ html }: Page) => /<nav class="side".*?<\/nav>/s.exec(html)?.[0] ?? ''
  const current = (page: Page) => /href="([^"]+)" aria-current="(\w+)"/.exec(side(page))?.slice(1)

  it('is for Administration and Account, and marks the current page', async () => {
    for (const [path, ...place] of [
      ['/admin', '/admin', 'page'],
      ['/admin/users', '/admin/users', 'page'],
      [`/admin/users/${adaUser.id}`, '/admin/users', 'true'],
      [`/admin/users/${adaUser.id}/suspension`, '/admin/users', 'true'],
      ['/admin/audit?type=sign_in', '/admin/audit', 'page'],
      ['/account', '/account', 'page'],
      ['/account/authenticator/set-up', '/account/authenticator', 'true'],
    ] as const)
      expect([path, ...(current(await root.get(path)) ?? [])]).toEqual([path, ...place])
  })

  it('has no link to pages that a person may not see', async () => {
    const links = (page: Page) => [...side(page).matchAll(/href="([^"]+)"/g)].map(([, href]) => href ?? '')
    const support = await server.signedIn(await addUser('sue', 'support'))
    for (const [browser, path] of [
      [ada, '/account'],
      [support, '/admin'],
      [root, '/admin'],
      [root, '/account'],
    ] as const) {
      const all = links(await browser.get(path))
      expect(all.length).toBeGreaterThan(7)
      for (const href of all) expect([href, (await browser.get(href)).status]).toEqual([href, 200])
    }
    expect(side(await ada.get('/admin'))).toBe('')
    expect(side(await ada.get('/o/applications'))).toBe('')
  })

  it('is hidden on the way to a client', async () => {
    const visitor = server.browser()
    const ways = [
      [ada, authorizePath(diary)],
      [ada, '/o/device'],
      [ada, '/logout'],
      [ada, '/account/passkeys/offer'],
      [visitor, '/login'],
      [visitor, '/signup'],
      [visitor, '/password-reset'],
      [visitor, '/o/authorize'],
    ] as const
    for (const [browser, path] of ways) {
      const header = /<header.*?<\/header>/s.exec((await browser.get(path)).html)?.[0] ?? 'none'
      expect([path, /<a |<form|<nav/.test(header), header.includes('Latchkey')]).toEqual([path, false, true])
    }
  })
})
