import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hashSecret, makeSecret } from '../../src/secrets/secret.ts'
import { write } from '../../src/store/database.ts'
import { insertSetupToken } from '../../src/store/people/setup-tokens.ts'
import type { Page } from '../browser.ts'
import { linkTo } from '../mails.ts'
import { addUser, applySchema, password, startServer } from '../server.ts'

const config = {
  signUp: 'open',
  mail: { mailer: 'outbox', from: '', apiUrl: '', apiToken: '' },
} as const
const server = startServer({ config })

beforeAll(applySchema)

beforeEach(() =>
  env.DB.batch([env.DB.prepare('DELETE FROM users'), env.DB.prepare('DELETE FROM sign_in_attempts')]),
)

/** Every form that sets a password, and its answer for an account called `lovelace`. */
const forms: Readonly<Record<string, (chosen: string) => Promise<Page>>> = {
  'setup/route.tsx': async (chosen) => {
    const token = makeSecret('setup')
    await write(env.DB, [insertSetupToken(env.DB, hashSecret(token), 0)], {})
    const page = await server.browser().get(`/setup?token=${token.plain}`)
    return page.submit({ username: 'lovelace', password: chosen })
  },
  'signup/form.ts': async (chosen) =>
    (await server.browser().get('/signup')).submit({
      username: 'lovelace',
      email: 'ada@example.com',
      password: chosen,
    }),
  'password-reset/password/route.tsx': async (chosen) => {
    const { email } = await addUser('lovelace')
    const browser = server.browser()
    await (await browser.get('/password-reset')).submit({ account: 'lovelace' })
    return (await browser.get(await linkTo(email ?? ''))).submit({ password: chosen })
  },
  'account/password/route.tsx': async (chosen) => {
    const browser = await server.signedIn(await addUser('lovelace'))
    return (await browser.get('/account/password')).submit({
      current_password: password,
      new_password: chosen,
      new_password_again: chosen,
    })
  },
  'admin/users/new/route.tsx': async (chosen) => {
    const root = await server.signedIn(await addUser('root', 'administrator'))
    return (await root.get('/admin/users/new')).submit({
      username: 'lovelace',
      email: 'ada@example.com',
      password: chosen,
    })
  },
}

/** Route files that check one. */
const sources: Record<string, string> = import.meta.glob('../../src/routes/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const checking = Object.entries(sources)
  .filter(([, source]) => /\bcheckPassword\(/.test(source))
  .map(([file]) => file.replace('../../src/routes/', ''))

const cases = Object.keys(forms).flatMap(
  (file) =>
    [
      [file, 'a common one', 'password1234', 'This password is too common.'],
      [file, 'the own name', 'lovelace1815', 'This password is too common.'],
      [file, 'a short one', 'x7#kQ2!', '8 characters'],
    ] as const,
)

describe('a chosen password', () => {
  it('is checked by each of these forms', () => {
    expect(checking.sort()).toEqual(Object.keys(forms).sort())
  })

  it.each(cases)('at %s may not be %s', async (file, _, chosen, said) => {
    const answer = await forms[file]?.(chosen)
    expect([answer?.status, answer?.text.includes(said)]).toEqual([400, true])
  })

  it.each(Object.keys(forms))('at %s may be any other of eight characters', async (file) => {
    expect((await forms[file]?.('x7 #kQ2!'))?.status).toBe(303)
  })
})
