import { type KeyAlgorithm, keyAlgorithms } from '../../rules/server/signing-keys.ts'
import { oneOf, type Query } from '../database.ts'
import { sql, statement } from '../sql.ts'

/**
 * The algorithms in use. RSA, which every client accepts (OIDC Core §15.1), and ES256, the default of access tokens, always;
 * the others once an application or an API chooses them. Keys to encrypt requests with: once an application registers that.
 */
export function findAlgorithmsInUse(db: D1Database): Query<readonly KeyAlgorithm[]> {
  return {
    statement: statement(
      db,
      sql`SELECT 'PS256' AS alg WHERE EXISTS (SELECT 1 FROM clients WHERE instr(openid, '"PS256"') > 0 AND id > '')
            OR EXISTS (SELECT 1 FROM resources WHERE access_token_alg = 'PS256' AND identifier > '')
          UNION ALL
          SELECT 'EdDSA' WHERE EXISTS (SELECT 1 FROM clients WHERE instr(openid, '"EdDSA"') > 0 AND id > '')
            OR EXISTS (SELECT 1 FROM resources WHERE access_token_alg = 'EdDSA' AND identifier > '')
          UNION ALL
          SELECT 'RSA-OAEP-256' WHERE EXISTS (SELECT 1 FROM clients
            WHERE instr(openid, '"request_object_encryption_alg":"RSA') > 0 AND id > '')
          UNION ALL
          SELECT 'ECDH-ES' WHERE EXISTS (SELECT 1 FROM clients
            WHERE instr(openid, '"request_object_encryption_alg":"ECDH') > 0 AND id > '')`,
    ),
    read: (rows) => ['RS256', 'ES256', ...rows.map((row) => oneOf(keyAlgorithms, row, 'alg'))],
  }
}
