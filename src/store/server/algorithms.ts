import { type SigningAlgorithm, signingAlgorithms } from '../../rules/server/signing-keys.ts'
import { oneOf, type Query } from '../database.ts'
import { sql, statement } from '../sql.ts'

/**
 * The algorithms in use. RSA, which every client accepts (OIDC Core §15.1), and ES256, the default of access tokens, always;
 * the others once an application or an API chooses them.
 */
export function findAlgorithmsInUse(db: D1Database): Query<readonly SigningAlgorithm[]> {
  return {
    statement: statement(
      db,
      sql`SELECT 'PS256' AS alg WHERE EXISTS (SELECT 1 FROM clients WHERE instr(openid, '"PS256"') > 0 AND id > '')
            OR EXISTS (SELECT 1 FROM resources WHERE access_token_alg = 'PS256' AND identifier > '')
          UNION ALL
          SELECT 'EdDSA' WHERE EXISTS (SELECT 1 FROM clients WHERE instr(openid, '"EdDSA"') > 0 AND id > '')
            OR EXISTS (SELECT 1 FROM resources WHERE access_token_alg = 'EdDSA' AND identifier > '')`,
    ),
    read: (rows) => ['RS256', 'ES256', ...rows.map((row) => oneOf(signingAlgorithms, row, 'alg'))],
  }
}
