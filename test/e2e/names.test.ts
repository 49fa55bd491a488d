import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { makePaths } from '../../src/paths.ts'
import { nameKey } from '../../src/rules/people/person.ts'
import { signIn } from './people.ts'
import { tooWide } from './too-wide.ts'
import { startWorld } from './world.ts'

const world = await startWorld({ SIGN_UP: 'invitation' })

const names = [
  'W'.repeat(100),
  '\u202Egnp.exe\u202C \u2066\u200Fabc',
  `Z${'\u0310\u0321\u0334\u033F'.repeat(24)}`,
  '<script>document.title="taken"</script><img src=x onerror=alert(1)>',
  '\u2800\u3164\u115F\u00A0',
  'Раураl Ρаyраl 𝐏𝐚𝐲𝐩𝐚𝐥',
  '👩‍👩‍👧‍👦🏳️‍🌈👍🏿'.repeat(12),
  'فسيكفيكهموها'.repeat(8),
  '超長単語認証連携基盤管理'.repeat(8),
  '[ Delete everything ] → OK',
]

/** Every page of the console, from the tables of routes. They are read as text: Node does not load their pages. */
const paths = ['account', 'applications', 'administration']
  .flatMap((table) => [
    ...readFileSync(new URL(`../../src/app/${table}.ts`, import.meta.url), 'utf8').matchAll(
      /page\(\s*paths\.(\w+)(?:\(([^)]*)\))?/g,
    ),
  ])
  .map(([, name = '', given = '']) => {
    const path: unknown = Reflect.get(makePaths('/o'), name)
    const parameters = given.split(/',\s*/).map((one) => one.replaceAll("'", '').trim())
    return `${typeof path === 'function' ? path(...parameters) : path}`
  })
  // Forms and files, and pages of things that are in another state.
  .filter(
    (path) =>
      !/export|csv|deleted|secret|:alg|:kid|withdrawal|end$|email|device|resump|factors|approval/.test(path),
  )

const id = (i: number) => `hostile-${i}`.padEnd(22, '0')

before(async () => {
  await world.addUser('ada', 'administrator')
  const { db } = world
  const now = Math.floor(Date.now() / 1000)
  const ada = `(SELECT id FROM users WHERE username = 'ada')`
  const rows = names.flatMap((name, i) => [
    db
      .prepare(
        `INSERT INTO users (id, username, username_key, email, password_hash, role, created_at, profile, groups)
         VALUES (?, ?, ?, ?, '', 'developer', ?, json_object('name', ?), json_array(?))`,
      )
      .bind(id(i), name, nameKey(name), `${'w'.repeat(64)}@${i}.example`, now, name, name),
    db
      .prepare(
        `INSERT INTO clients (id, owner_id, name, name_key, type, grant_type, redirect_uris, post_logout_redirect_uris,
           allowed_origins, scope, access_token_format, openid, created_at, updated_at, last_used_at)
         SELECT ?1, iif(?2 % 2 = 0, ${ada}, ?1), ?3, ?4, 'public', 'authorization-code', '["https://a.example/cb"]', '[]', '[]', 'openid',
           'jwt', '{}', ?5, ?5, ?5`,
      )
      .bind(id(i), i, name, nameKey(name), now),
    db
      .prepare(
        `INSERT INTO consents (user_id, client_id, scope, redirect_host, client_name, granted_at, created_at)
         VALUES (${ada}, ?1, 'openid', 'a.example', ?2, ?3, ?3)`,
      )
      .bind(id(i), name, now),
    db
      .prepare(`INSERT INTO client_activity VALUES (?, ?, 'issued', 9, ?, NULL, '')`)
      .bind(id(i), Math.floor(now / 86_400), now),
    db
      .prepare(`INSERT INTO resources (identifier, name, created_at) VALUES (?, ?, ?)`)
      .bind(`https://${'a'.repeat(60)}.${i}.example`, name, now),
    db.prepare(`INSERT INTO scopes (name, description) VALUES (?, ?)`).bind(`${'s'.repeat(90)}${i}`, name),
    db
      .prepare('INSERT INTO authorization_details_types (type, title, schema) VALUES (?, ?, ?)')
      .bind(`${'t'.repeat(60)}${i}`, name, '{}'),
    db
      .prepare(
        `INSERT INTO other_servers (issuer, name, user_field, user_claim, assertion_scope, created_at)
         VALUES (?, ?, 'id', 'sub', '', ?)`,
      )
      .bind(`https://${'b'.repeat(60)}.${i}.example`, name, now),
    db
      .prepare(
        `INSERT INTO connections (id, kind, name, position, issuer, client_id, settings, created_at, updated_at)
         VALUES (?, 'oauth2', ?, ?, NULL, ?, '{}', ?, ?)`,
      )
      .bind(id(i), name, i, 'c'.repeat(300), now, now),
    ...[`(SELECT id FROM users WHERE username = 'ada')`, '?1'].map((user, of) =>
      db
        .prepare(
          `INSERT INTO identities (connection_id, subject, user_id, label, linked_by, created_at)
           VALUES (?1, ?2, ${user}, ?3, '', ?4)`,
        )
        .bind(id(i), of === 0 ? 'of ada' : 'of the user', name, now),
    ),
    db
      .prepare(
        `INSERT INTO passkeys (id, user_id, credential_id, name, public_key, counter, backed_up, claimed_by, created_at)
         VALUES (?1, ${ada}, ?1, ?2, '{}', 0, 0, '', ?3)`,
      )
      .bind(id(i), name, now),
    db
      .prepare(
        `INSERT INTO invitations (id, token_hash, email, was_mailed, invited_by, created_at, expires_at)
         VALUES (?1, ?1, ?2, 1, ${ada}, ?3, ?3 + 90000)`,
      )
      .bind(id(i), `${'i'.repeat(64)}@${i}.example`, now),
    db
      .prepare(
        `INSERT INTO logout_deliveries (id, client_id, user_id, sid, issuer, created_at, attempts, last_error)
         VALUES (?1, ?1, '', '', '', ?2, 10, ?3)`,
      )
      .bind(id(i), now, name),
    db
      .prepare(
        `INSERT INTO sessions (id_hash, user_id, sid, amr, authenticated_at, last_seen_at, expires_at, user_agent)
         VALUES (?1, ${ada}, ?1, '["pwd"]', ?2, ?2, ?2 + 90000, ?3)`,
      )
      .bind(id(i), now, name),
    ...['consent_given', 'client_updated', 'user_suspended', 'of another release'].map((type) =>
      db
        .prepare(
          `INSERT INTO audit_events (id, at, type, reference, user_id, client_id, detail, subject_id)
           VALUES (?, ?, ?, '', ${ada}, ?, ?, ?)`,
        )
        .bind(`${id(i)}${type}`, now, type, id(i), name, id(i)),
    ),
  ])
  await db.batch(rows)
})

/** Rows that are out of shape: a part outside its row, or a name of many lines. */
const outOfShape = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('.rows > li, .ways > li, .scopes > li, tbody tr')].flatMap((row) => {
      const box = row.getBoundingClientRect()
      const parts = [...row.querySelectorAll('*')].filter((part) => {
        const { left, right, top, bottom, width } = part.getBoundingClientRect()
        const isOut =
          left < box.left - 1 || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 1
        return width > 1 && isOut && !part.closest('.unseen') && !part.closest('details:not([open])')
      })
      const isHigh = box.height > (row.matches('.rows > *') ? 320 : 700)
      return parts.length > 0 || isHigh ? [`${box.height}px: ${row.textContent?.slice(0, 60)}`] : []
    }),
  )

const key = (text: string) => Buffer.from(text).toString('base64url')

test('ten hostile names in each list, and on the pages of each thing, keep every page in shape at 320 px', async () => {
  const page = await world.visitor({ viewport: { width: 320, height: 640 } })
  const taken: string[] = []
  page.on('dialog', (dialog) => {
    taken.push(dialog.message())
    void dialog.dismiss()
  })
  await page.goto('/login?next=/account')
  await signIn(page, 'ada')
  await page.getByRole('heading', { name: 'Your account' }).waitFor()
  // As if a passkey had been used, of which there are ten that nobody has.
  await world.db.prepare(`UPDATE sessions SET amr = '["pwd", "otp", "mfa"]'`).run()
  const complaints: string[] = []
  const look = async (path: string) => {
    const answer = await page.goto(path)
    if (process.env.SHOTS)
      await page.screenshot({
        path: `${process.env.SHOTS}/${path.replaceAll(/\W+/g, '_').slice(0, 100)}.png`,
        fullPage: true,
      })
    const wide = [...(await tooWide(page)), ...(path === '/admin/settings' ? [] : await outOfShape(page))]
    complaints.push(...wide.map((one) => `${path}: ${one}`))
    if ((answer?.status() ?? 500) >= 400) complaints.push(`${path}: ${answer?.status()}`)
    if ((await page.title()) === 'taken') complaints.push(`${path}: a script ran`)
    const made = await page.locator('main script:not([src]), main [onerror]').count()
    if (made > 0) complaints.push(`${path}: an element was made`)
  }
  let looks = 0
  for (const pattern of paths) {
    for (const i of pattern.includes(':') ? [0, 6] : [0]) {
      const keys: Readonly<Record<string, string>> = {
        servers: `https://${'b'.repeat(60)}.${i}.example`,
        apis: `https://${'a'.repeat(60)}.${i}.example`,
        scopes: `${'s'.repeat(90)}${i}`,
        'authorization-details': `${'t'.repeat(60)}${i}`,
      }
      const path = pattern
        .replaceAll(/:(userId|clientId|connection|id)\b/g, id(i))
        .replace(':identity', key(`${id(i)}\n${pattern.startsWith('/account') ? 'of ada' : 'of the user'}`))
        .replace(':key', key(keys[pattern.split('/')[2] ?? ''] ?? ''))
      if (path === '/admin/connections/new') await look(`${path}?kind=openid`)
      await look(
        path.endsWith('/selection')
          ? `${path}?act=suspend&${names.map((_, n) => `id=${id(n)}`).join('&')}`
          : path,
      )
      looks++
    }
  }
  for (const name of names) await look(`/search?name=${encodeURIComponent(name.slice(0, 30))}`)
  assert.deepEqual([complaints, taken], [[], []])
  assert.ok(looks > 60, `${looks} pages`)
})
