import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { counted, everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { mailsTo } from '../mails.ts'
import { addUser, applySchema, password, type Server, startServer } from '../server.ts'

beforeAll(applySchema)

let server: Server
let people = 0
let username = ''
let email = ''

beforeEach(async () => {
  server = startServer()
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  username = `guessed${people++}`
  email = `${username}@example.com`
  await addUser(username)
})

async function guess(times: number, on: Server = server): Promise<void> {
  for (let i = 0; i < times; i++) {
    await (await on.browser().get('/login')).submit({ username, password: 'wrong password' })
  }
}

async function notices(): Promise<{ mails: number; events: number }> {
  const events = await env.DB.prepare(
    `SELECT count(*) AS n FROM audit_events e JOIN users u ON u.id = e.user_id
     WHERE u.username = ? AND e.type = 'account_locked'`,
  )
    .bind(username)
    .first<number>('n')
  return { mails: (await mailsTo(email)).length, events: events ?? 0 }
}

describe('the owner of an account that gets locked', () => {
  it('is notified once, however long the guessing continues', async () => {
    await guess(4)
    expect(await notices()).toEqual({ mails: 0, events: 0 })
    await guess(1)
    expect(await notices()).toEqual({ mails: 1, events: 1 })
    for (let i = 0; i < 5; i++) {
      await guess(2)
      server.now += 900
    }
    expect(await notices()).toEqual({ mails: 1, events: 1 })
    const [mail] = await mailsTo(email)
    expect(mail?.subject).toBe('Someone tried to sign in as you')
    expect(mail?.text).toContain('http://localhost:8000/login/browser?token=')
  })

  it('is notified again after a success', async () => {
    await guess(5)
    server.now += 2
    await server.signedIn({ username, id: '', email, role: 'user', createdAt: 0 })
    await guess(5)
    expect(await notices()).toEqual({ mails: 2, events: 2 })
  })

  it('is not notified when the fifth attempt is right', async () => {
    await guess(4)
    await (await server.browser().get('/login')).submit({ username, password })
    expect(await notices()).toEqual({ mails: 0, events: 0 })
  })

  it('is notified once when many guess in parallel', async () => {
    await Promise.all(Array.from({ length: 12 }, () => guess(1)))
    expect(await notices()).toEqual({ mails: 1, events: 1 })
  })

  it.each([
    ['every batch executed twice', everyBatchTwice],
    ['every first answer lost', everyFirstAnswerLost],
  ])('is notified once with %s', async (_, fault) => {
    await guess(6, startServer({ bindings: { DB: fault() } }))
    expect(await notices()).toEqual({ mails: 1, events: 1 })
  })

  it('sees it among the activity', async () => {
    await guess(5)
    server.now += 2
    const browser = await server.signedIn({ username, id: '', email, role: 'user', createdAt: 0 })
    expect((await browser.get('/account/activity')).text).toContain('after five wrong passwords')
  })
})

it('costs the same for an unknown name', async () => {
  const count = counted()
  const mail = { mailer: 'off', from: '', apiUrl: '', apiToken: '' } as const
  const watched = startServer({ bindings: { DB: count.db }, config: { mail } })
  const work: (typeof count.counts)[] = []
  for (const name of [username, 'nobody-there']) {
    for (let i = 0; i < 4; i++) {
      await (await watched.browser().get('/login')).submit({ username: name, password: 'wrong password' })
    }
    const page = await watched.browser().get('/login')
    count.counts = { reads: 0, writes: 0, gets: 0, puts: 0 }
    await page.submit({ username: name, password: 'wrong password' })
    work.push({ ...count.counts })
  }
  expect(work[0]).toEqual(work[1])
})
