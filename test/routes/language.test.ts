import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import type { Context } from '../../src/http/context.ts'
import { siteFor } from '../../src/http/pages.tsx'
import { anyone } from '../../src/http/sign-in/guard.ts'
import { flow, page } from '../../src/http/surfaces.ts'
import type { Site } from '../../src/ui/site.ts'
import { countText, type Plural } from '../../src/ui/words/plural.ts'
import { type Language, languages } from '../../src/values/language.ts'
import type { Browser } from '../browser.ts'
import { authorizePath, consentTo } from '../flow.ts'
import { addClient, addUser, applySchema, issuer, password, startServer } from '../server.ts'
import { account } from '../texts/account.ts'
import { everyText } from '../texts/areas.ts'
import { signIn } from '../texts/sign-in.ts'
import { wordsThatAreOut } from '../words-that-are-out.ts'

beforeAll(applySchema)

const server = startServer()

/** Every text with its path, like `login.title`. */
function textsOf(messages: object, prefix = ''): Map<string, string> {
  const found = Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value] as const] : [...textsOf(value, `${prefix}${key}.`)],
  )
  return new Map(found)
}

/** The texts with plural forms, with their paths. */
function pluralsOf(messages: object, prefix = ''): Map<string, Plural> {
  const found = Object.entries(messages).flatMap(([key, value]) => {
    if (typeof value === 'string') return []
    const isPlural = typeof value.other === 'string' && value.other.includes('{count}')
    return isPlural ? [[prefix + key, value] as const] : [...pluralsOf(value, `${prefix}${key}.`)]
  })
  return new Map(found)
}

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort()

describe.each(Object.entries(everyText))('the texts: %s', (_, inLanguage) => {
  it.each(languages.filter((language) => language !== 'en'))(
    'of %s are complete, and say the same',
    (language) => {
      const originals = textsOf(inLanguage.en)
      const translated = textsOf(inLanguage[language])
      const plurals = [...pluralsOf(inLanguage.en).keys()]
      const isForm = (key: string) => plurals.includes(key.replace(/\.\w+$/, ''))
      const plain = (texts: ReadonlyMap<string, string>) =>
        [...texts.keys()].filter((key) => !isForm(key)).sort()
      expect(plain(translated)).toEqual(plain(originals))
      for (const [key, text] of translated) {
        if (!isForm(key))
          expect([key, placeholders(text)]).toEqual([key, placeholders(originals.get(key) ?? '')])
        expect([key, text.trim()]).not.toEqual([key, ''])
      }
      const same = [...translated].filter(([key, text]) => text === originals.get(key))
      // A few words are the same in two languages.
      expect(same.length).toBeLessThan(8 + originals.size / 10)
    },
  )
})

it.each(Object.entries(everyText))('the English of %s has none of the words that are out', (_, { en }) => {
  const out = [...textsOf(en)].flatMap(([key, text]) =>
    wordsThatAreOut(text.replaceAll(/\{\w+\}/g, ''), 'on a page').map((word) => `${key}: ${word}`),
  )
  expect(out).toEqual([])
})

describe('a text with a count', () => {
  const rulesOf = (language: Language) => new Intl.PluralRules(language).resolvedOptions().pluralCategories

  it.each(languages)('has in %s each plural form of the language, and no other', (language) => {
    for (const inLanguage of Object.values(everyText)) {
      const originals = pluralsOf(inLanguage.en)
      const plurals = pluralsOf(inLanguage[language])
      expect([...plurals.keys()].sort()).toEqual([...originals.keys()].sort())
      for (const [key, forms] of plurals) {
        expect([key, Object.keys(forms).sort()]).toEqual([key, rulesOf(language).sort()])
        const named = placeholders(originals.get(key)?.other ?? '')
        expect([key, placeholders(forms.other)]).toEqual([key, named])
        // A form for exactly one or two may use words for the number; it contains all other values.
        for (const text of Object.values(forms))
          expect([key, placeholders(`${text}{count}`)]).toEqual(
            expect.arrayContaining([key, expect.arrayContaining(named)]),
          )
      }
      // A number that is not counted is {number}.
      for (const [key, text] of textsOf(inLanguage[language]))
        if (!plurals.has(key.replace(/\.\w+$/, '')))
          expect([key, text]).not.toEqual([key, expect.stringContaining('{count}')])
    }
  })

  it('uses the form for its number', () => {
    const minutes = (language: Language, count: number) =>
      countText(language, account[language].applications.api, count)
    expect(minutes('en', 1)).toContain('up to 1 minute.')
    expect(minutes('en', 60)).toContain('up to 60 minutes.')
    expect(minutes('de', 1)).toContain('bis zu eine Minute')
    expect(minutes('ja', 1)).toContain('1 分間')
    // The number is isolated from the surrounding letters.
    const arabic = [0, 1, 2, 3, 11, 100].map((count) =>
      minutes('ar', count).replaceAll(/[\u2068\u2069]/g, ''),
    )
    const said = ['0 دقيقة.', 'دقيقة واحدة.', 'دقيقتين.', '3 دقائق.', '11 دقيقة.', '100 دقيقة.']
    expect(arabic.map((text, i) => text.endsWith(said[i] ?? '?'))).toEqual(said.map(() => true))
  })
})

describe('the language of a page', () => {
  const login = async (query: string, headers: Record<string, string> = {}) => {
    const response = await server.fetch(`/login${query}`, { headers })
    const html = await response.text()
    expect(response.headers.get('Vary')).toContain('Accept-Language')
    return /<html lang="([^"]+)" dir="([^"]+)"/.exec(html)?.slice(1).join(' ')
  }

  it('is the browser’s preference, by weight, among the supported languages', async () => {
    expect(await login('')).toBe('en ltr')
    expect(await login('', { 'Accept-Language': 'nl, de;q=0.5, fr;q=0.8' })).toBe('fr ltr')
    expect(await login('', { 'Accept-Language': 'zh-TW' })).toBe('zh-Hans ltr')
    expect(await login('', { 'Accept-Language': 'pt-PT' })).toBe('pt-BR ltr')
    expect(await login('', { 'Accept-Language': 'ar-EG' })).toBe('ar rtl')
    expect(await login('', { 'Accept-Language': 'de;q=0, *, ;;;=,' })).toBe('en ltr')
    expect(await login('', { 'Accept-Language': 'de;Q=0.1, fr;q=0.9' })).toBe('fr ltr')
  })

  it('is not another script of a language while another preference can be met', async () => {
    for (const wish of ['zh-Hant', 'zh-TW', 'zh-Hant-HK', 'zh-mo'])
      expect([wish, await login('', { 'Accept-Language': `${wish}, ja;q=0.5` })]).toEqual([wish, 'ja ltr'])
    for (const wish of ['zh', 'zh-CN', 'zh-Hans-SG'])
      expect([wish, await login('', { 'Accept-Language': `${wish}, ja;q=0.5` })]).toEqual([
        wish,
        'zh-Hans ltr',
      ])
    expect(await login('', { 'Accept-Language': 'zh-Hant' })).toBe('zh-Hans ltr')
  })

  it('is the one that the application requests, also through the pending request', async () => {
    const german = { 'Accept-Language': 'de' }
    expect(await login('?ui_locales=xx%20fr-CA%20es', german)).toBe('fr ltr')
    expect(await login(`?next=${encodeURIComponent('/o/authorize?ui_locales=ja&x=1')}`, german)).toBe(
      'ja ltr',
    )
  })

  it('is the one that the person chooses while a request waits, whatever the application requests', async () => {
    const browser = server.browser()
    const waiting = `/login?next=${encodeURIComponent('/o/authorize?ui_locales=ja&x=1')}`
    await browser.get(`/language?to=es&next=${encodeURIComponent(waiting)}`)
    expect((await browser.get(waiting)).html).toContain('<html lang="es"')
    expect((await browser.get('/login?ui_locales=ja')).html).toContain('<html lang="es"')
    server.now += 3600
    // A later request names its own languages.
    expect((await browser.get(waiting)).html).toContain('<html lang="ja"')
    expect((await browser.get('/login')).html).toContain('<html lang="es"')
  })

  it('is the one that the person chose, without leaving the page', async () => {
    const browser = server.browser()
    const chosen = await browser.get(`/language?to=es&next=${encodeURIComponent('/login?a=1')}`)
    expect([chosen.status, chosen.location]).toEqual([303, '/login?a=1'])
    expect((await browser.get('/login')).html).toContain('<html lang="es"')
    expect((await browser.get('/language?to=es&next=//evil.example')).location).toBe('/')
    expect((await browser.get('/language?to=%22&next=/login')).headers.getSetCookie()).toEqual([])
  })

  it('is chosen by links that come back to the page, whatever its address contains', async () => {
    for (const address of ['/login?a=1&b=%22%3E%3Cb%3E', `/login?a='"><b>$&{here}`, '/login?a=2']) {
      const browser = server.browser()
      const { html } = await browser.get(address)
      expect(html).not.toContain('"><b>')
      const [, link = ''] = /href="(\/language\?to=fr&amp;next=[^"]*)"/.exec(html) ?? []
      const { pathname, search } = new URL(address, issuer)
      expect((await browser.get(link.replaceAll('&amp;', '&'))).location).toBe(pathname + search)
    }
  })

  it('is not offered where each of these links would be very long', async () => {
    const offered = async (length: number) =>
      (await server.browser().get(`/login?a=${'"'.repeat(length)}`)).html.split('to=fr').length - 1
    expect(await Promise.all([1, 400, 900].map(offered))).toEqual([1, 1, 0])
  })

  it.each<[Language, string]>([
    ['de', 'bittet um Zugriff'],
    ['fr', 'demande un accès'],
    ['es', 'pide acceso'],
    ['pt-BR', 'pede acesso'],
    ['ja', 'アクセスを求めています'],
    ['zh-Hans', '请求访问'],
    ['ar', 'الوصول'],
  ])('%s: consent, with the scopes in plain words', async (language, words) => {
    const user = await addUser(`user-${language.toLowerCase()}`)
    const registered = await addClient(user)
    const browser = await server.signedIn(user)
    const page = await browser.get(authorizePath(registered, { ui_locales: language, scope: 'openid read' }))
    expect(page.text).toContain(words)
    expect(page.text).toContain(signIn[language].scopes.openid)
    expect(page.text).not.toContain(signIn.en.scopes.openid)
  })
})

describe('an error in a form', () => {
  const speaking = async (browser: Browser, language: Language) => {
    await browser.get(`/language?to=${language}&next=/login`)
    return browser
  }

  it('is in the language of the page, with the value it is about', async () => {
    const browser = await speaking(await server.signedIn(await addUser('kanae')), 'ja')
    const form = await browser.get('/o/applications/register')
    const page = await form.submit({
      name: 'Gооgle',
      redirect_uris: 'https://app.example/\nhttps://*.example/cb',
      allowed_origins: 'https://app.example/x',
    })
    expect(page.status).toBe(400)
    for (const text of [
      '「Gооgle」には形の似た 2 種類の文字（ラテン文字とキリル文字）が混ざっています。',
      'リダイレクト URI、2 行目：「https://*.example/cb」にワイルドカードがあります。',
      '許可するオリジン、1 行目：「https://app.example/x」にはオリジン以外の部分があります。https://app.example と書いてください',
    ])
      expect(page.text).toContain(text)
    expect(page.text).not.toMatch(/\{\w+\}|undefined/)
  })

  it('and an address in it runs from left to right, also in Arabic', async () => {
    const browser = await speaking(await server.signedIn(await addUser('aisha')), 'ar')
    const form = await browser.get('/o/applications/register')
    const page = await form.submit({ name: 'x', redirect_uris: 'https://*.example/' })
    expect(page.text).toContain('\u2068https://*.example/\u2069')
  })

  it('also on the way to an application', async () => {
    const open = startServer({ config: { signUp: 'open' } })
    const page = await (await (await speaking(open.browser(), 'de')).get('/signup')).submit({
      username: 'a b',
      email: '',
      password: 'kurz',
    })
    const { usernameLetters, emailMissing } = signIn.de.problems
    for (const text of [usernameLetters, emailMissing, 'Verwenden Sie mindestens 8 Zeichen.'])
      expect(page.text).toContain(text)
  })

  it('and a request that can’t be read is refused in it', async () => {
    const page = await server.fetch('/o/logout?state=a&state=b&ui_locales=fr')
    expect(await page.text()).toContain('Le paramètre state est arrivé deux fois.')
  })
})

describe('the account pages', () => {
  it('show what happened, on which device and with which application, in the word order of the language', async () => {
    const user = await addUser('wanda')
    const browser = await server.signedIn(user)
    browser.userAgent = 'Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0'
    await consentTo(await browser.get(authorizePath(await addClient(user, { name: 'Notizen' }))))
    const login = await browser.get('/login?next=/account/activity')
    await login.submit({ username: user.username, password })
    await browser.get('/language?to=de&next=/')
    const activity = await browser.get('/account/activity')
    expect(activity.text).toContain('Sie haben sich angemeldet: Firefox unter Windows')
    expect(activity.text).toContain('Sie haben Notizen Zugriff erlaubt')
    const connected = await browser.get('/account/applications')
    expect(connected.text).toContain(signIn.de.scopes.read)
    expect(connected.text).not.toContain(signIn.en.scopes.read)
  })

  it('refuse in it', async () => {
    const browser = await server.signedIn(await addUser('xenia'))
    await browser.get('/language?to=de&next=/')
    const wrong = await (await browser.get('/account/password')).submit({
      current_password: 'falsch',
      new_password: 'ein langes neues Passwort',
      new_password_again: 'ein langes neues Passwort',
    })
    expect(wrong.status).toBe(400)
    expect(wrong.html).toContain('<title>Fehler: Ihr Passwort ändern · Latchkey</title>')
    expect(wrong.text).toContain('Das ist nicht Ihr Passwort.')
  })
})

describe('texts that can’t be read', () => {
  const german = { headers: { 'Accept-Language': 'de' } }
  const assetsThat = (fetch: () => Promise<Response>): Fetcher =>
    new Proxy(server.env.ASSETS, { get: (_, name) => (name === 'fetch' ? fetch : undefined) })

  it.each([
    ['are missing', async () => new Response('', { status: 404 })],
    ['fail to arrive', () => Promise.reject(new Error('out'))],
    ['are garbled', async () => new Response('<')],
  ])(
    '%s: sign-in falls back to English, other pages fail, and the next one tries again',
    async (_, fetch) => {
      // Each isolate reads a language once: a new one has read none.
      vi.resetModules()
      const { startServer } = await import('../server.ts')
      const broken = startServer({ bindings: { ASSETS: assetsThat(fetch) } })
      const page = await broken.fetch('/login', german)
      expect(page.status).toBe(200)
      expect(page.headers.get('Content-Language')).toBe('en')
      expect(await page.text()).toContain('<html lang="en"')
      expect(await (await startServer().fetch('/login', german)).text()).toContain('<html lang="de"')
      // There is no page without its texts: the request fails, and can be repeated.
      expect((await broken.fetch('/setup', german)).status).toBe(503)
      expect(await (await startServer().fetch('/setup', german)).text()).toContain('Ein Einrichtungslink')
    },
  )
})

describe('the areas of texts', () => {
  const ofAdministration = { get: (c: Context<'admin'>) => c.text(c.var.texts.admin.home.users) }

  it("are those of the page's row: reading another one fails the type check", () => {
    page('/x', anyone, ['admin', 'problems'], ofAdministration)
    // @ts-expect-error The page reads admin, and its row gives it account.
    page('/x', anyone, ['account'], ofAdministration)
    // @ts-expect-error Its row gives it none.
    page('/x', anyone, [], ofAdministration)
    // @ts-expect-error A page on the way to a client has none.
    flow('/x', ofAdministration)
    // @ts-expect-error A handler that names no area has none.
    const ofNone = (c: Context) => c.text(siteFor(c, undefined).texts.admin.home.users)
    const show = (site: Site<'account'>) => site.texts.account.home.password
    // @ts-expect-error The texts of this page are others.
    const get = (c: Context<'admin'>) => c.text(show(siteFor(c, undefined)))
    expect([ofNone, get]).toHaveLength(2)
  })

  it('are the only ones that are read for it', async () => {
    vi.resetModules()
    const { startServer } = await import('../server.ts')
    const asked: string[] = []
    const fetch = (url: URL) => {
      asked.push(url.pathname)
      return server.env.ASSETS.fetch(url)
    }
    const ASSETS = new Proxy(server.env.ASSETS, { get: (_, name) => (name === 'fetch' ? fetch : undefined) })
    const fresh = startServer({ bindings: { ASSETS } })
    for (const path of ['/login', '/password-reset', '/'])
      await fresh.fetch(path, { headers: { 'Accept-Language': 'ja' } })
    expect(asked).toEqual(['/messages/sign-in/ja.json', '/messages/start/ja.json'])
  })
})

describe('the setting LANGUAGES', () => {
  const offering = (LANGUAGES: string) => startServer({ config: parseConfig({ ...env, LANGUAGES }) })
  const german = offering('de, fr')

  it('lists the languages of the pages, the first as the default', async () => {
    const page = async (headers: Record<string, string>) => (await german.fetch('/login', { headers })).text()
    expect(await page({})).toContain('<html lang="de"')
    expect(await page({ 'Accept-Language': 'ja, en' })).toContain('<html lang="de"')
    expect(await page({ 'Accept-Language': 'ja, fr' })).toContain('<html lang="fr"')
    expect(await page({})).not.toContain('lang="ja"')
  })

  it('is published in discovery, and nobody can choose another one', async () => {
    const discovery = await german.fetch('/.well-known/openid-configuration')
    expect(await discovery.json()).toMatchObject({ ui_locales_supported: ['de', 'fr'] })
    const chosen = await german.fetch('/language?to=ja&next=/login')
    expect(chosen.headers.getSetCookie().filter((cookie) => cookie.includes('language'))).toEqual([])
  })

  it.each(['', 'xx', 'de, xx', 'de,,fr'])('%o is the default or refused with the names', (value) => {
    const start = () => parseConfig({ ...env, LANGUAGES: value })
    if (value === '') expect(start().languages).toHaveLength(8)
    else expect(start).toThrow(/LANGUAGES.*zh-Hans/)
  })
})
