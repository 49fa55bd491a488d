import type { SigningAlgorithm } from '../../rules/server/signing-keys.ts'
import type { Query } from '../database.ts'
import { sql, statement } from '../sql.ts'

/**
 * What something here is signed with. RSA, which every client accepts (OIDC Core §15.1), and ES256, which is the default of access
 * tokens, always; EdDSA once an application or an API chooses it.
 */
export function findAlgorithmsInUse(db: D1Database): Query<readonly SigningAlgorithm[]> {
  return {
    statement: statement(
      db,
      sql`SELECT 1 AS used WHERE EXISTS (SELECT 1 FROM clients WHERE instr(openid, '"EdDSA"') > 0 AND id > '')
            OR EXISTS (SELECT 1 FROM resources WHERE access_token_alg = 'EdDSA' AND identifier > '')`,
    ),
    read: (rows) => (rows.length === 0 ? ['RS256', 'ES256'] : ['RS256', 'ES256', 'EdDSA']),
  }
}
