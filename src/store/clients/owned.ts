import { integer, type Query } from '../database.ts'
import { type Sql, sql, statement } from '../sql.ts'

/** The things that one person owns, without applications that registered or published themselves: an administrator keeps those. */
export interface Owned {
  /** Counted up to one more than the limit. */
  readonly applications: number
  /** The owner's choices for a new secret. */
  readonly bytes: number
}

/** The lengths are known without reading the texts. `but`: the id of an application whose bytes are not counted. */
export function countOwned(db: D1Database, ownerId: string, but: string, most: number): Query<Owned> {
  return {
    statement: statement(
      db,
      sql`SELECT count(*) AS applications, ifnull(sum(iif(c.id = ${but}, 0, octet_length(c.name)
            + octet_length(c.redirect_uris) + octet_length(c.post_logout_redirect_uris)
            + octet_length(c.allowed_origins) + octet_length(c.openid) + ifnull(octet_length(c.jwks), 0)
            + ifnull((SELECT octet_length(l.content) FROM client_logos l WHERE l.client_id = c.id), 0))), 0) AS bytes
        FROM (SELECT * FROM clients WHERE owner_id = ${ownerId} AND registered_by = 'person' LIMIT ${most + 1}) c`,
    ),
    read: ([row = {}]) => ({ applications: integer(row, 'applications'), bytes: integer(row, 'bytes') }),
  }
}

/** For a statement that adds one: the person `u` owns fewer than `most`. */
export function ownsFewerThan(most: number): Sql {
  return sql`(SELECT count(*) FROM (SELECT 1 FROM clients o WHERE o.owner_id = u.id AND o.registered_by = 'person' LIMIT ${most})) < ${most}`
}
