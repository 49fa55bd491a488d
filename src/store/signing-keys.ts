import type { Seconds } from '../protocol/time.ts'
import type { SigningAlgorithm, StoredSigningKey } from '../secrets/signing-key.ts'
import { oneOf, type Query, type Row, text, type Write } from './database.ts'

export interface SigningKeyRow {
  readonly key: StoredSigningKey
  readonly status: 'current' | 'retired'
}

const algorithms: readonly SigningAlgorithm[] = ['ES256']

/** All keys whose signatures may still be out there. */
export function listSigningKeys(db: D1Database): Query<readonly SigningKeyRow[]> {
  return {
    statement: db.prepare('SELECT kid, alg, status, public_jwk, private_key FROM signing_keys ORDER BY kid'),
    read: (rows) => rows.map(readSigningKey),
  }
}

/** The unique index picks the winner: a second current key of an algorithm inserts nothing. */
export function insertCurrentKey(db: D1Database, key: StoredSigningKey, now: Seconds): Write {
  return db
    .prepare(
      `INSERT INTO signing_keys (kid, alg, status, public_jwk, private_key, created_at)
       VALUES (?, ?, 'current', ?, ?, ?) ON CONFLICT DO NOTHING`,
    )
    .bind(key.kid, key.alg, JSON.stringify(key.publicJwk), key.sealedPrivateKey, now)
}

function readSigningKey(row: Row): SigningKeyRow {
  return {
    key: {
      kid: text(row, 'kid'),
      alg: oneOf(algorithms, row, 'alg'),
      publicJwk: JSON.parse(text(row, 'public_jwk')),
      sealedPrivateKey: text(row, 'private_key'),
    },
    status: oneOf(['current', 'retired'], row, 'status'),
  }
}
