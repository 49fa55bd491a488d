import { type KeyAlgorithm, keyAlgorithms } from '../../rules/server/signing-keys.ts'
import type { StoredSigningKey } from '../../secrets/signing-key.ts'
import type { Seconds } from '../../values/time.ts'
import { integer, oneOf, optional, type Query, type Row, text, type Write } from '../database.ts'
import { type Act, actorIs, isFirstTime } from '../guards.ts'
import { always, raw, type Sql, sql, statement } from '../sql.ts'

/** All keys with signatures that may still be in use, and those that will sign next. */
export function listSigningKeys(db: D1Database): Query<readonly StoredSigningKey[]> {
  return {
    statement: statement(
      db,
      sql`SELECT alg, generation, kid, active_at, public_jwk, private_key, withdrawn_at FROM signing_keys
        UNION ALL
        SELECT alg, generation, kid, active_at, public_jwk, private_key, withdrawn_at FROM later_signing_keys
        ORDER BY alg, generation`,
    ),
    read: (rows) => rows.map(readSigningKey),
  }
}

/** Of two who create a generation at once the first wins: another key of the same generation inserts nothing. */
export function insertSigningKey(
  db: D1Database,
  key: StoredSigningKey,
  now: Seconds,
  only: Sql = always,
): Write {
  const { alg, generation, kid, activeAt, publicJwk, sealedPrivateKey } = key
  return statement(
    db,
    sql`INSERT INTO ${tableOf(alg)} (alg, generation, kid, active_at, public_jwk, private_key, created_at)
        SELECT ${alg}, ${generation}, ${kid}, ${activeAt}, ${JSON.stringify(publicJwk)}, ${sealedPrivateKey}, ${now}
        WHERE ${only} ON CONFLICT DO NOTHING`,
  )
}

/**
 * Withdraws a key. If it is the current one, the next one signs from now on: `successor`, or a waiting one, even when somebody
 * else created it at the same moment. All or nothing, and by an administrator.
 */
export function withdrawSigningKey(
  db: D1Database,
  act: Act,
  { alg, kid, generation }: StoredSigningKey,
  successor: StoredSigningKey | undefined,
  now: Seconds,
): readonly Write[] {
  const follows = sql`alg = ${alg} AND withdrawn_at IS NULL AND generation > ${generation}`
  const only = sql`${actorIs(act, 'administer')} AND ${isFirstTime(act)}`
  return [
    ...(successor === undefined ? [] : [insertSigningKey(db, successor, now, only)]),
    statement(
      db,
      sql`UPDATE ${tableOf(alg)} SET withdrawn_at = ${now} WHERE kid = ${kid} AND withdrawn_at IS NULL AND ${only}`,
    ),
    statement(
      db,
      sql`UPDATE ${tableOf(alg)} SET active_at = ${now} WHERE ${only} AND alg = ${alg} AND generation = (
            SELECT min(generation) FROM ${tableOf(alg)} WHERE ${follows} AND active_at > ${now})
          AND NOT EXISTS (SELECT 1 FROM ${tableOf(alg)} WHERE ${follows} AND active_at <= ${now})`,
    ),
  ]
}

/** A waiting key signs from then on, unless it already does so earlier. */
export function bringForward(
  db: D1Database,
  { alg, kid }: Pick<StoredSigningKey, 'alg' | 'kid'>,
  activeAt: Seconds,
  only: Sql = always,
): Write {
  return statement(
    db,
    sql`UPDATE ${tableOf(alg)} SET active_at = min(active_at, ${activeAt}) WHERE kid = ${kid} AND ${only}`,
  )
}

export function deleteSigningKey(db: D1Database, { alg, kid }: Pick<StoredSigningKey, 'alg' | 'kid'>): Write {
  return statement(db, sql`DELETE FROM ${tableOf(alg)} WHERE kid = ${kid}`)
}

/** Algorithms of the first release have a table that allows no others, and older code knows no others. */
const first: readonly KeyAlgorithm[] = ['RS256', 'ES256', 'EdDSA']

function tableOf(alg: KeyAlgorithm): Sql {
  return raw(first.some((known) => known === alg) ? 'signing_keys' : 'later_signing_keys')
}

function readSigningKey(row: Row): StoredSigningKey {
  return {
    alg: oneOf(keyAlgorithms, row, 'alg'),
    generation: integer(row, 'generation'),
    kid: text(row, 'kid'),
    activeAt: integer(row, 'active_at'),
    publicJwk: JSON.parse(text(row, 'public_jwk')),
    sealedPrivateKey: text(row, 'private_key'),
    withdrawnAt: optional(integer, row, 'withdrawn_at'),
  }
}
