import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseClientName } from '../../src/rules/clients/name.ts'
import { findNameFault } from '../../src/rules/names.ts'
import { checkUsername } from '../../src/rules/people/person.ts'
import { skeletonOf } from '../../src/rules/skeleton.ts'
import { fillSkeletons } from '../../src/store/people/name-skeletons.ts'
import type { Page } from '../browser.ts'
import { everyBatchTwice } from '../faults.ts'
import { addUser, applySchema, startServer } from '../server.ts'

beforeAll(applySchema)

const server = startServer({ config: { signUp: 'open' } })
let people = 0

async function signUp(username: string, on = server): Promise<Page> {
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  const page = await on.browser().get('/signup')
  return page.submit({ username, email: `person${people++}@example.com`, password: 'purple candle 55 q' })
}

describe('a username is refused', () => {
  it.each([
    ['with an invisible letter', 'ada\u115f', 'Use letters, digits'],
    ['with another', 'ada\u3164', 'Use letters, digits'],
    ['with a variation selector', 'ada\ufe0f', 'Use letters, digits'],
    ['with forty marks', `a${'\u0301'.repeat(40)}`, 'Use letters, digits'],
    ['with one mark twice', 'q\u0323\u0323', 'Use letters, digits'],
    ['of two alphabets', '\u0430da', 'one alphabet'],
    ['of two alphabets without similar letters', 'abגד', 'one alphabet'],
    ['whose second word imitates the first alphabet', 'pay.\u0440\u0430\u0443', 'one alphabet'],
    ['that consists of dots', '..', 'Use letters, digits'],
    ['that is an address', 'ceo@corp.example', 'without @'],
    ['with a space', 'a da', 'Use letters, digits'],
  ])('%s', async (_, username, problem) => {
    const page = await signUp(username)
    expect([page.status, page.text]).toEqual([400, expect.stringContaining(problem)])
  })

  it.each(['ada.lovelace', 'ада', '山田-taro', 'やまだ', 'محمد', 'नमस्ते', 'Zoë', 'Đặng', 'ありがとう+1'])(
    'but not %s',
    async (username) => expect((await signUp(username)).status).toBe(303),
  )
})

describe('a username that looks like a taken one', () => {
  it.each([
    ['copper', 'соррег'],
    ['ALPHA', 'АLPНА'.normalize('NFKC').replaceAll('L', 'L')],
    ['paypal', 'paypaI'],
    ['bill', 'bi11'],
    ['zoom', 'z00m'],
    ['hope', 'ｈｏｐｅ'],
    ['kappa', 'кappa'],
  ])("%s: %s can't be taken", async (first, second) => {
    expect(skeletonOf(second)).toBe(skeletonOf(first))
    expect((await signUp(first)).status).toBe(303)
    const page = await signUp(second)
    expect(page.status).toBe(400)
  })

  it('is compared the same way with and without letters outside of ASCII', () => {
    const ascii = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i))
    expect(ascii.map((one) => skeletonOf(`x${one}é`))).toEqual(
      ascii.map((one) => `${skeletonOf(`x${one}`)}é`),
    )
  })

  it('is reported as taken when it is all of one alphabet', async () => {
    expect((await signUp('соре')).status).toBe(303)
    const page = await signUp('cope')
    expect([page.status, page.text]).toEqual([400, expect.stringContaining('This name is taken')])
  })

  it('is given to one of two at once', async () => {
    const statuses = (
      await Promise.all([signUp('race'), signUp('rасе'.replace('r', 'г')), signUp('RACE')])
    ).map(({ status }) => status)
    expect(statuses.filter((status) => status === 303)).toHaveLength(1)
  })

  it('is given once when every batch is executed twice', async () => {
    const twice = startServer({ config: { signUp: 'open' }, bindings: { DB: everyBatchTwice() } })
    expect((await signUp('twofold', twice)).status).toBe(303)
    expect((await signUp('tw0fold', twice)).status).toBe(400)
  })

  it("can't be created by an administrator either", async () => {
    await addUser('mango')
    const admin = await server.signedIn(await addUser(`admin${people++}`, 'administrator'))
    const page = await (await admin.get('/admin/users/new')).submit({
      username: 'mang0',
      email: '',
      role: 'user',
      password: 'purple candle 55 q',
    })
    expect([page.status, page.text]).toEqual([400, expect.stringContaining('This name is taken')])
  })

  it('stays if it is older, and the schedule gives it a skeleton', async () => {
    for (const name of ['elder', 'eIder']) {
      await env.DB.prepare(
        `INSERT INTO users (id, username, username_key, password_hash, role, created_at) VALUES (?1, ?1, ?2, '', 'user', 0)`,
      )
        .bind(name, name.toLowerCase())
        .run()
    }
    expect(await fillSkeletons(env.DB)).toBe(false)
    const { results } = await env.DB.prepare(
      "SELECT username_skeleton AS s FROM users WHERE username_key IN ('elder', 'eider')",
    ).all()
    expect(results.map(({ s }) => s)).toEqual(['elder', 'elder'])
    expect((await signUp('e1der')).status).toBe(400)
    const plan = await env.DB.prepare(
      'EXPLAIN QUERY PLAN SELECT id FROM users WHERE username_skeleton IS NULL',
    ).all()
    expect(JSON.stringify(plan.results)).toContain('users_by_skeleton')
  })
})

describe('the rule for names', () => {
  it.each([
    'Bank\u034f',
    'Bank\u{e0041}',
    'Bank\u180b',
    'Bank\u200b',
    'Bank\u2800',
    'Bank\u200e',
    'Bank\ufe0f',
    'Bank\u200d',
    'Bank\ufff9',
    'Bank\ue000',
    'Bank\ud800',
  ])('refuses %j, for invisible characters', (name) => {
    expect(findNameFault(name)).toEqual({ fault: 'invisible' })
    expect(parseClientName(name).problem).toEqual({ code: 'nameControl' })
    expect(checkUsername(name)).toHaveProperty('problem')
  })

  it.each([
    'Сбер ID',
    'LINE ラインWorks',
    'می‌خواهم',
    'क्‍ष',
    'Team ❤️',
    'Family 👩‍👩‍👧',
    'Café O’Neil & Söhne (2026)',
    'Ελλάδα Bank',
  ])('accepts %s', (name) => expect(findNameFault(name.normalize('NFC'))).toBeUndefined())

  it('names the alphabets that it has words for, and the whole word otherwise', () => {
    expect(parseClientName('Gооgle').problem).toMatchObject({ code: 'nameMixed', word: 'Gооgle' })
    expect(parseClientName('abגד').problem).toEqual({ code: 'nameScripts', word: 'abגד' })
  })
})
