import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { maintain } from '../../src/maintenance.ts'
import type { User } from '../../src/store/people/users.ts'
import type { Letter } from '../../src/ui/words/letter.tsx'
import type { Language } from '../../src/values/language.ts'
import { addPasskey, SoftAuthenticator, usePasskey } from '../authenticator.ts'
import { Browser } from '../browser.ts'
import { betweenReadAndWrite } from '../faults.ts'
import { linkTo, mailsTo } from '../mails.ts'
import { afterPassword, atCode, setUpAuthenticator } from '../second-factor.ts'
import {
  addClient,
  addUser,
  applySchema,
  issuer,
  password,
  type Server,
  startedAt,
  startServer,
} from '../server.ts'
import { mails } from '../texts/mails.ts'
import { signIn } from '../texts/sign-in.ts'

beforeAll(applySchema)

type Name = Letter['name']

let people = 0
let server: Server
let reader: User
let root: Browser

beforeEach(async () => {
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  // Every browser prefers German, so every page that triggers a mail is in German.
  server = startServer({ config: { languages: ['es', 'en', 'de', 'fr', 'ja'], signUp: 'open' } })
  const fetch = server.fetch
  server.fetch = (path, init) => {
    const headers = new Headers(init?.headers)
    headers.set('Accept-Language', 'de')
    return fetch(path, { ...init, headers })
  }
  root = await server.signedIn(await addUser(`root${people++}`, 'administrator'))
  reader = await addUser(`reader${people++}`, 'administrator')
})

const own = () => server.signedIn(reader)
const ofReader = (path: string) => root.get(`/admin/users/${reader.id}${path}`)
const address = () => `${reader.username}@example.com`
const prove = () =>
  env.DB.prepare('UPDATE users SET email_verified_at = 1 WHERE id = ?').bind(reader.id).run()
const demote = () => env.DB.prepare(`UPDATE users SET role = 'user' WHERE id = ?`).bind(reader.id).run()

async function askForRemoval(): Promise<SoftAuthenticator> {
  await demote()
  const device = new SoftAuthenticator()
  await addPasskey(await own(), device)
  const [browser] = await afterPassword(server, reader)
  await (await browser.get('/login/recovery')).submit({ action: 'ask' })
  return device
}

/** An application of the reader that waits for approval. */
async function waiting(): Promise<string> {
  const { client } = await addClient(reader)
  const wait =
    "UPDATE clients SET approval = 'waiting', suspended_at = 1, registered_by = 'itself' WHERE id = ?"
  await env.DB.prepare(wait).bind(client.id).run()
  return client.id
}

async function decide(decision: 'approve' | 'refuse'): Promise<string> {
  const id = await waiting()
  await demote()
  await prove()
  await (await root.get(`/admin/applications/${id}/approval`)).submit({ decision })
  return address()
}

/** A trigger for each mail; returns its address. A new mail must be added here. */
const causes: Readonly<Record<Name, () => Promise<string>>> = {
  passwordReset: async () => {
    await (await server.browser().get('/password-reset')).submit({ account: reader.username })
    return address()
  },
  passwordWasReset: async () => {
    await demote()
    await (await server.browser().get('/password-reset')).submit({ account: reader.username })
    await (await server.browser().get(await linkTo(address()))).submit({ password: 'another long password' })
    return address()
  },
  signUp: async () => {
    const username = `new${people++}`
    const email = `${username}@example.com`
    await (await server.browser().get('/signup')).submit({ username, email, password })
    return email
  },
  emailLink: async () => {
    const email = `wished${people++}@example.com`
    await (await (await own()).get('/account/email')).submit({ email })
    return email
  },
  emailChange: async () => {
    await (await (await own()).get('/account/email')).submit({ email: `wished${people++}@example.com` })
    return address()
  },
  emailReplaced: async () => {
    await (await ofReader('/claims')).submit({ email: 'other@example.com' })
    return address()
  },
  emailTaken: async () => {
    await prove()
    const stranger = await server.signedIn(await addUser(`stranger${people++}`))
    await (await stranger.get('/account/email')).submit({ email: address() })
    return address()
  },
  accountMade: async () => {
    const username = `made${people++}`
    await (await root.get('/admin/users/new')).submit({ username, email: `${username}@example.com` })
    return `${username}@example.com`
  },
  locked: async () => {
    const stranger = server.browser()
    for (let i = 0; i < 5; i++) {
      await (await stranger.get('/login')).submit({ username: reader.username, password: 'wrong' })
    }
    return address()
  },
  codesGuessed: async () => {
    await setUpAuthenticator(server, await own())
    const [, page] = await atCode(server, reader)
    for (let i = 0; i < 5; i++) await page.submit({ code: '000000' })
    return address()
  },
  test: async () => {
    await (await (await own()).get('/admin/health')).submit({})
    return address()
  },
  waysChanged: async () => {
    await setUpAuthenticator(server, await own())
    return address()
  },
  removalAsked: async () => {
    await askForRemoval()
    return address()
  },
  removalStopped: async () => {
    const living = server.browser()
    await usePasskey(living, await askForRemoval())
    await (await living.get('/login/recovery')).submit({ action: 'stop' })
    return address()
  },
  factorsReset: async () => {
    await setUpAuthenticator(server, await own())
    await (await ofReader('/factors')).submit({})
    return address()
  },
  suspended: async () => {
    await (await ofReader('/suspension')).submit({})
    return address()
  },
  resumed: async () => {
    for (let i = 0; i < 2; i++) await (await ofReader('/suspension')).submit({})
    return address()
  },
  deleted: async () => {
    await (await ofReader('/delete')).submit({ username: reader.username })
    return address()
  },
  roleChanged: async () => {
    await (await ofReader('/role')).submit({ role: 'support' })
    return address()
  },
  applicationsWait: async () => {
    await prove()
    await waiting()
    await env.DB.prepare('DELETE FROM maintenance_runs').run()
    const config = parseConfig({ ...env, ISSUER: issuer, LANGUAGES: 'es,en,de,fr,ja' })
    const post = { assets: server.env.ASSETS, email: undefined }
    // The first run makes the row.
    for (const at of [startedAt, startedAt + 900])
      await maintain(env.DB, config, () => at, undefined, undefined, post)
    return address()
  },
  applicationApproved: async () => decide('approve'),
  applicationRefused: async () => decide('refuse'),
  signInAsked: async () => {
    await prove()
    const { client, secret } = await addClient(reader, {
      grantType: 'backchannel',
      redirectUris: [],
      trust: 'verified',
    })
    const hint = { login_hint: reader.username, scope: 'openid' }
    const body = new URLSearchParams({ client_id: client.id, client_secret: secret, ...hint })
    expect((await server.fetch('/o/backchannel-authentication', { method: 'POST', body })).status).toBe(200)
    return address()
  },
  invitation: async () => {
    const email = `invited${people++}@example.com`
    await (await root.get('/admin/invitations')).submit({ email })
    return email
  },
}

// Each mail template has a subject; the other texts are parts of them.
const names = Object.entries(mails.en).flatMap(([name, text]) =>
  typeof text === 'object' && 'subject' in text ? [name as Name] : [],
)

/** Readers without an account, or without a known language: the language of the sender's page, or the first of LANGUAGES. */
const withoutAccount: Partial<Record<Name, Language>> = { signUp: 'de', invitation: 'de', accountMade: 'es' }

async function expectLanguage(to: string, name: Name, language: Language): Promise<void> {
  const mail = (await mailsTo(to)).at(-1)
  expect(mail?.subject).toBe(mails[language][name].subject)
  expect(mail?.html).toContain(`<html lang="${language}"`)
  expect(mail?.text).not.toMatch(/\{\w+\}|undefined/)
  // The place it was triggered from is in words, too.
  if (mails.en[name].above.includes('{asker}')) {
    expect(mail?.text).toContain(signIn[language].devices.unknown)
  }
}

const say = (locale: string) =>
  env.DB.prepare('UPDATE users SET profile = ? WHERE id = ?')
    .bind(JSON.stringify({ locale }), reader.id)
    .run()

describe('every mail', () => {
  it('is in the table', () => {
    expect(names.toSorted()).toEqual(Object.keys(causes).toSorted())
  })

  it.each(names)('is in the language that its reader chose last: %s', async (name) => {
    await (await own()).get('/language?to=fr')
    await say('ja')
    await expectLanguage(await causes[name](), name, withoutAccount[name] ?? 'fr')
  })

  it.each(names)('without a choice, is in the language of the reader’s locale: %s', async (name) => {
    await say('ja_JP')
    await expectLanguage(await causes[name](), name, withoutAccount[name] ?? 'ja')
  })
})

describe('the language of a reader', () => {
  const locked = async (language: Language) => {
    await env.DB.prepare('DELETE FROM sign_in_attempts').run()
    await expectLanguage(await causes.locked(), 'locked', language)
  }

  it('is the first of LANGUAGES while nothing else is known', async () => {
    await locked('es')
  })

  it('is the language of the pages when they signed in, without a choice of their own', async () => {
    await own()
    await locked('de')
  })

  it('is the one they chose before they signed in', async () => {
    const browser = server.browser()
    await browser.get('/language?to=fr')
    await (await browser.get('/login')).submit({ username: reader.username, password })
    await locked('fr')
  })

  it('is the newer of two choices, even when the older one arrives later', async () => {
    const earlier = server.browser()
    await earlier.get('/language?to=ja')
    server.now += 10
    await (await own()).get('/language?to=fr')
    await (await earlier.get('/login')).submit({ username: reader.username, password })
    await locked('fr')
  })

  it('is the last of two choices in one second', async () => {
    const browser = await own()
    for (const language of ['ja', 'fr']) await browser.get(`/language?to=${language}`)
    await locked('fr')
  })

  it('is not changed by a link on another site, nor by a choice in a browser without a session', async () => {
    const browser = await own()
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    for (const site of ['cross-site', 'same-site']) {
      await server.fetch('/language?to=ja', { headers: { Cookie: cookie, 'Sec-Fetch-Site': site } })
    }
    await server.browser().get('/language?to=ja')
    await locked('de')
  })

  it('is a supported one when the server no longer has the one they chose', async () => {
    await (await own()).get('/language?to=fr')
    await say('ja')
    const { fetch } = server
    const changed = startServer({ config: { languages: ['es', 'ja'] } })
    server.fetch = changed.fetch
    await locked('ja')
    server.fetch = fetch
  })

  it('is not set by a failed sign-in', async () => {
    const browser = server.browser()
    await browser.get('/language?to=fr')
    await (await browser.get('/login')).submit({ username: reader.username, password: 'wrong' })
    await locked('es')
  })

  it('is not set by a sign-in that a new password invalidated', async () => {
    const change = () =>
      env.DB.prepare(`UPDATE users SET password_hash = 'x' WHERE id = ?`).bind(reader.id).run()
    const { fetch } = startServer({ bindings: { DB: betweenReadAndWrite(change) } })
    const browser = new Browser(fetch)
    await browser.get('/language?to=fr')
    await (await browser.get('/login')).submit({ username: reader.username, password })
    const sessions = env.DB.prepare('SELECT count(*) AS n FROM sessions WHERE user_id = ?').bind(reader.id)
    expect(await sessions.first('n')).toBe(0)
    const kept = env.DB.prepare('SELECT language FROM users WHERE id = ?').bind(reader.id)
    expect(await kept.first('language')).toBeNull()
  })

  it('is in the export of their data', async () => {
    const browser = await own()
    await browser.get('/language?to=fr')
    expect(JSON.parse((await browser.get('/account/export')).html).account.language).toBe('fr')
  })
})
