import { readdirSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface Sizes {
  readonly users: number
  readonly applications: number
  readonly logins: number
  readonly events: number
}

/** Copies of a row that the Worker wrote itself, with other values in some columns. */
interface Copies {
  readonly table: string
  /** Condition that selects the row to copy. */
  readonly like: string
  readonly count: number
  /** SQL by column name, with `i` counting from 1. The other columns are copied. */
  readonly columns: Readonly<Record<string, string>>
}

const chunk = 100_000
const thirtyDays = 30 * 86_400
/** One login in this many has expired: work for the purge. */
export const overEvery = 50

/**
 * Every table that grows with use. Ids are in order, so that they can be written in order; the trees are as deep as with random
 * ones. Times are spread over the last thirty days.
 */
function copiesOf({ users, applications, logins, events }: Sizes): readonly Copies[] {
  const id = (kind: string, i: string) => `printf('${kind}%021d', ${i})`
  const hash = (kind: string, i: string) => `printf('${kind}%042d', ${i})`
  const user = id('u', `1 + i % ${users}`)
  const client = id('c', `1 + i % ${applications}`)
  const ago = (column: string, count: number) => `${column} - ${thirtyDays} + i * ${thirtyDays} / ${count}`
  const isOver = `i % ${overEvery} = 0`
  return [
    {
      table: 'users',
      like: `username = 'ada'`,
      count: users,
      columns: {
        id: id('u', 'i'),
        username: `'person' || i`,
        username_key: `'person' || i`,
        // As if the schedule had checked these names: its measured run has to delete expired rows, not to check names.
        username_skeleton: `'person' || i`,
        username_fault: `''`,
        email: `'person' || i || '@example.com'`,
        email_verified_at: 'NULL',
        role: `'user'`,
      },
    },
    {
      table: 'user_terms',
      like: `field = 'username'`,
      count: users,
      columns: { user_id: id('u', 'i'), term: `'person' || i` },
    },
    {
      table: 'clients',
      like: `name LIKE 'Measured authorization%'`,
      count: applications,
      columns: {
        id: id('c', 'i'),
        owner_id: id('u', `1 + i % ${users}`),
        name: `'Application ' || i`,
        name_key: `'application ' || i`,
      },
    },
    {
      table: 'client_secrets',
      like: `client_id IN (SELECT id FROM clients WHERE name LIKE 'Measured authorization%')`,
      count: applications,
      columns: { secret_hash: hash('s', 'i'), client_id: id('c', 'i') },
    },
    {
      table: 'client_origins',
      like: 'true',
      count: applications,
      columns: { client_id: id('c', 'i') },
    },
    {
      table: 'sessions',
      like: 'true',
      count: users,
      columns: { id_hash: hash('s', 'i'), user_id: id('u', 'i'), sid: id('d', 'i') },
    },
    {
      table: 'consents',
      like: 'true',
      count: users,
      columns: { user_id: id('u', 'i'), client_id: client },
    },
    {
      table: 'consent_hosts',
      like: 'true',
      count: users,
      columns: { user_id: id('u', 'i'), client_id: client },
    },
    {
      table: 'authorizations',
      like: 'refresh_hash IS NOT NULL',
      count: logins,
      columns: {
        id: id('a', 'i'),
        user_id: user,
        client_id: client,
        // Expired logins belong to expired sessions: a live session would keep them.
        sid: `CASE WHEN ${isOver} THEN 'over' || i ELSE ${id('d', `1 + i % ${users}`)} END`,
        code_hash: hash('h', 'i'),
        created_at: ago('created_at', logins),
        redeemed_at: ago('redeemed_at', logins),
        expires_at: `CASE WHEN ${isOver} THEN created_at - 1 ELSE expires_at END`,
        kept_until: `CASE WHEN ${isOver} THEN 0 ELSE kept_until END`,
      },
    },
    {
      table: 'audit_events',
      like: `type = 'sign_in'`,
      count: events,
      columns: {
        id: id('e', 'i'),
        at: ago('at', events),
        user_id: user,
        client_id: client,
        // Sealed, but not in the chain, which continues from the Worker's own events.
        number: '-i',
        seal: hash('m', 'i'),
      },
    },
  ]
}

/**
 * Fills a database that no Worker has open. Indexes are dropped and created again: sorting once is faster than inserting each
 * row.
 * @param onPart receives the completed part, and its number of steps
 */
export function fill(file: string, sizes: Sizes, onPart: (what: string, steps: number) => void): void {
  const db = new DatabaseSync(file)
  db.exec(
    'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -500000',
  )
  const copies = copiesOf(sizes)
  for (const each of copies) {
    const indexes = db
      .prepare(
        `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`,
      )
      .all(each.table)
    for (const { name } of indexes) db.exec(`DROP INDEX ${name}`)
    copy(db, each, onPart)
    for (const { sql } of indexes) db.exec(String(sql))
  }
  db.exec(`INSERT INTO term_fills VALUES (1, 'v') ON CONFLICT DO UPDATE SET after = 'v'`)
  db.exec('PRAGMA journal_mode = WAL')
  db.close()
}

/** The number of steps of `fill`. */
export function stepsOf(sizes: Sizes): number {
  return copiesOf(sizes).reduce((sum, { count }) => sum + Math.ceil(count / chunk), 0)
}

function copy(
  db: DatabaseSync,
  { table, like, count, columns }: Copies,
  onPart: (what: string, steps: number) => void,
) {
  const names = db
    .prepare(`SELECT name FROM pragma_table_info(?)`)
    .all(table)
    .map(({ name }) => String(name))
  const values = names.map((name) => columns[name] ?? name)
  db.exec(`CREATE TEMP TABLE template AS SELECT * FROM ${table} WHERE ${like} LIMIT 1`)
  const insert = db.prepare(
    `WITH RECURSIVE n (i) AS (SELECT CAST(?1 AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
     INSERT INTO ${table} (${names.join(', ')}) SELECT ${values.join(', ')} FROM n, template`,
  )
  for (let from = 1; from <= count; from += chunk) {
    onPart(`${table} ${Math.min(count, from + chunk - 1).toLocaleString('en')}`, 1)
    insert.run(from, Math.min(count, from + chunk - 1))
  }
  db.exec('DROP TABLE template')
}

/** The file of the only D1 database in Miniflare's state folder. */
export function databaseFile(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const [file] = files.filter(
    (name) => /D1DatabaseObject.*\.sqlite$/.test(name) && !name.endsWith('metadata.sqlite'),
  )
  if (file === undefined) throw new Error(`There is no database in ${folder}`)
  return path.join(folder, file)
}
