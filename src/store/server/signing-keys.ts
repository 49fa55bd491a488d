import { signingAlgorithms } from '../../rules/server/signing-keys.ts'
import type { StoredSigningKey } from '../../secrets/signing-key.ts'
import type { Seconds } from '../../values/time.ts'
import { integer, oneOf, type Query, type Row, text, type Write } from '../database.ts'

/** All keys whose signatures may still be out there, and those that will sign next. */
export function listSigningKeys(db: D1Database): Query<readonly StoredSigningKey[]> {
  return {
    statement: db.prepare(
      'SELECT alg, generation, kid, active_at, public_jwk, private_key FROM signing_keys ORDER BY alg, generation',
    ),
    read: (rows) => rows.map(readSigningKey),
  }
}

/** Whoever makes a generation first wins: another key of the same one inserts nothing. */
export function insertSigningKey(db: D1Database, key: StoredSigningKey, now: Seconds): Write {
  return db
    .prepare(
      `INSERT INTO signing_keys (alg, generation, kid, active_at, public_jwk, private_key, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    )
    .bind(
      key.alg,
      key.generation,
      key.kid,
      key.activeAt,
      JSON.stringify(key.publicJwk),
      key.sealedPrivateKey,
      now,
    )
}

/** A key that waits signs from then on, unless it does so earlier. */
export function bringForward(db: D1Database, kid: string, activeAt: Seconds): Write {
  return db.prepare('UPDATE signing_keys SET active_at = min(active_at, ?) WHERE kid = ?').bind(activeAt, kid)
}

export function deleteSigningKey(db: D1Database, kid: string): Write {
  return db.prepare('DELETE FROM signing_keys WHERE kid = ?').bind(kid)
}

function readSigningKey(row: Row): StoredSigningKey {
  return {
    alg: oneOf(signingAlgorithms, row, 'alg'),
    generation: integer(row, 'generation'),
    kid: text(row, 'kid'),
    activeAt: integer(row, 'active_at'),
    publicJwk: JSON.parse(text(row, 'public_jwk')),
    sealedPrivateKey: text(row, 'private_key'),
  }
}
