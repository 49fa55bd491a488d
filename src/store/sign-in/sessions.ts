import { rolesThatMay } from '../../rules/people/role.ts'
import type { ProviderSignIn } from '../../rules/sign-in/proof.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Lifetimes, Seconds } from '../../values/time.ts'
import { first, integer, optional, type Query, type Row, text, texts, type Write } from '../database.ts'
import { readUser, type User } from '../people/users.ts'
import { always, and, raw, type Sql, sql, statement } from '../sql.ts'
import { isStillIdentity } from './identities.ts'
import { mayEnterBy } from './realms.ts'

/** A signed-in person. Only a live session of an existing user is ever read. */
export interface Session {
  readonly user: User
  /** The session id for clients. */
  readonly sid: string
  readonly amr: readonly string[]
  readonly authenticatedAt: Seconds
  /** False when they came by a provider that did not say when they signed in there. */
  readonly isFresh: boolean
  /** The provider can't or does not say it, even when it is asked. */
  readonly isUnsaid: boolean
  /** The connection by which they came, if by one, and its issuer. */
  readonly connectionId: string | undefined
  readonly idp: string | undefined
  readonly lastSeenAt: Seconds
  /** The person's factors besides a password, without distrusted ones. */
  readonly hasAuthenticator: boolean
  readonly hasPasskey: boolean
  /** The password was reset, and the other ways to sign in were not reviewed since. */
  readonly awaitsReview: boolean
}

/** People who may see the administration. Checked each time: they may have got the role after they signed in. */
const staff = raw(
  rolesThatMay('see')
    .map((role) => `'${role}'`)
    .join(', '),
)

export function findSession(
  db: D1Database,
  id: SecretHash<'session'>,
  lifetimes: Lifetimes,
  now: Seconds,
): Query<Session | undefined> {
  return {
    statement: statement(db, sql`SELECT ${sessionColumns} FROM ${liveSession(id, lifetimes, now)}`),
    read: first(readSession),
  }
}

/** For the session `s` and its user `u`. */
export const sessionColumns = raw(
  `u.id, u.username, u.email, u.role, u.created_at, s.sid, s.amr, s.authenticated_at, s.last_seen_at, u.review_since,
    s.proven, s.connection_id, (SELECT ifnull(n.issuer, n.id) FROM connections n WHERE n.id = s.connection_id) AS idp,
    EXISTS (SELECT 1 FROM authenticators f WHERE f.user_id = u.id AND f.doubted = 0) AS has_authenticator,
    EXISTS (SELECT 1 FROM passkeys f WHERE f.user_id = u.id AND f.doubted = 0) AS has_passkey`,
)

/** The session `s` with its user `u`, while it is valid. */
export function liveSession(id: SecretHash<'session'>, lifetimes: Lifetimes, now: Seconds): Sql {
  return sql`sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id_hash = ${id.sha256} AND s.expires_at > ${now} AND s.last_seen_at > ${now - lifetimes.sessionIdle}
      AND u.suspended_at IS NULL AND (u.role NOT IN (${staff}) OR s.authenticated_at > ${now - lifetimes.staffSession})`
}

export function readSession(row: Row): Session {
  return {
    user: readUser(row),
    sid: text(row, 'sid'),
    amr: texts(row, 'amr'),
    authenticatedAt: integer(row, 'authenticated_at'),
    isFresh: integer(row, 'proven') === 1,
    // Plain OAuth 2, which has no issuer, can't say it.
    isUnsaid: integer(row, 'proven') === 2 || (row.idp !== null && row.idp === row.connection_id),
    connectionId: optional(text, row, 'connection_id'),
    idp: optional(text, row, 'idp'),
    lastSeenAt: integer(row, 'last_seen_at'),
    hasAuthenticator: integer(row, 'has_authenticator') === 1,
    hasPasskey: integer(row, 'has_passkey') === 1,
    awaitsReview: row.review_since !== null,
  }
}

export interface NewSession {
  readonly id: SecretHash<'session'>
  readonly userId: string
  readonly amr: readonly string[]
  /** For a first sign-in in this browser. */
  readonly sid: string
  /** The previous session in this browser: if it belongs to the same person, clients see the same session. */
  readonly earlier: SecretHash<'session'> | undefined
  /** The browser's User-Agent. */
  readonly userAgent: string | undefined
  /** From the moment of the proof: if it changed in the meantime, the sign-in fails. */
  readonly passwordHash: string
  /** The same for the passkey that was used. */
  readonly passkeyId?: string | undefined
  /** The same for the identity that was used. */
  readonly at?: ProviderSignIn | undefined
}

/** The column `proven`. 2: a provider that was asked did not say when they signed in there. */
function provenOf(at: ProviderSignIn | undefined): 0 | 1 | 2 {
  if (at === undefined || at.isFresh) return 1
  return at.isUnsaid ? 2 : 0
}

/**
 * Before the earlier session is ended, in the same batch. A new sign-in in the second of the earlier one counts from the next second,
 * since a request that asks for a new one (OIDC Core §3.1.2.1) compares the two times.
 */
export function insertSession(
  db: D1Database,
  session: NewSession,
  lifetimes: Lifetimes,
  now: Seconds,
): Write {
  const { id, userId, amr, sid, earlier, userAgent, passwordHash, passkeyId, at } = session
  const signedInAt = at?.authenticatedAt ?? now
  const isAgain = signedInAt === now ? sql`ifnull(e.authenticated_at = ${now}, 0)` : sql`0`
  const hasPasskey =
    passkeyId === undefined
      ? always
      : sql`EXISTS (SELECT 1 FROM passkeys p WHERE p.id = ${passkeyId} AND p.user_id = u.id)`
  const hasIdentity = at === undefined ? always : isStillIdentity(at, raw('u.id'))
  return statement(
    db,
    sql`INSERT INTO sessions (id_hash, user_id, sid, amr, authenticated_at, last_seen_at, expires_at, user_agent,
        connection_id, provider_sid, proven)
      SELECT ${id.sha256}, u.id, iif(e.user_id = u.id, e.sid, ${sid}), ${JSON.stringify(amr)},
        ${signedInAt} + ${isAgain}, ${now}, ${now + lifetimes.sessionAbsolute}, ${userAgent ?? null},
        ${at?.connectionId ?? null}, ${at?.sid ?? null}, ${provenOf(at)}
      FROM users u LEFT JOIN sessions e ON e.id_hash = ${earlier?.sha256 ?? null}
      WHERE u.id = ${userId} AND u.suspended_at IS NULL AND u.password_hash = ${passwordHash} AND ${and(hasPasskey, hasIdentity)}
        AND ${mayEnterBy(sql`${at?.connectionId ?? ''}`)}
      ON CONFLICT DO NOTHING`,
  )
}

/** For an event in the same batch: the session has started. */
export function isSession(id: SecretHash<'session'>): Sql {
  return sql`EXISTS (SELECT 1 FROM sessions WHERE id_hash = ${id.sha256})`
}

/** After a new session: the least recently used ones of the person end, so that `most` are left, with everything based on them. */
export function endOldestSessions(
  db: D1Database,
  userId: string,
  newest: SecretHash<'session'>,
  most: number,
  issuer: string,
  now: Seconds,
): readonly Write[] {
  const condition = sql`s.user_id = ${userId} AND s.id_hash <> ${newest.sha256} AND (s.last_seen_at, s.id_hash) <= (
    SELECT o.last_seen_at, o.id_hash FROM sessions o WHERE o.user_id = ${userId} AND o.id_hash <> ${newest.sha256}
    ORDER BY o.last_seen_at DESC, o.id_hash DESC LIMIT 1 OFFSET ${most - 1})`
  return endSessions(db, { condition, issuer, now })
}

export function touchSession(db: D1Database, id: SecretHash<'session'>, now: Seconds): Write {
  return statement(
    db,
    sql`UPDATE sessions SET last_seen_at = max(last_seen_at, ${now}) WHERE id_hash = ${id.sha256}`,
  )
}

/** A second factor was shown in it, after the sign-in. */
export function addFactor(
  db: D1Database,
  id: SecretHash<'session'>,
  amr: readonly string[],
  only: Sql,
): Write {
  return statement(
    db,
    sql`UPDATE sessions SET amr = ${JSON.stringify([...new Set([...amr, 'otp', 'mfa'])])}
      WHERE id_hash = ${id.sha256} AND ${only}`,
  )
}

/** The sessions to end, named by a condition on `s`. */
export interface EndingSessions {
  readonly condition: Sql
  readonly issuer: string
  readonly now: Seconds
}

/**
 * Ends sessions and everything based on them: each application that got tokens in one is notified (OIDC Back-Channel Logout §2.5), and
 * refresh tokens of OpenID Connect without `offline_access` end (§2.7).
 */
export function endSessions(db: D1Database, ending: EndingSessions): readonly Write[] {
  return [
    ...endWhatRestsOn(db, ending),
    statement(db, sql`DELETE FROM sessions AS s WHERE ${ending.condition}`),
  ]
}

function endWhatRestsOn(db: D1Database, { condition, issuer, now }: EndingSessions): readonly Write[] {
  return [
    sql`INSERT INTO logout_deliveries (id, client_id, user_id, sid, issuer, created_at, attempts, next_attempt_at)
      SELECT lower(hex(randomblob(16))), a.client_id, s.user_id, s.sid, ${issuer}, ${now}, 0, ${now}
      FROM sessions s JOIN authorizations a ON a.sid = s.sid JOIN clients c ON c.id = a.client_id
      WHERE ${condition} AND a.redeemed_at IS NOT NULL AND json_extract(c.openid, '$.backchannel_logout_uri') IS NOT NULL
      ON CONFLICT DO NOTHING`,
    sql`UPDATE authorizations SET ended_at = ${now}, end_reason = 'signed_out'
      WHERE sid IN (SELECT s.sid FROM sessions s WHERE ${condition}) AND ended_at IS NULL
        AND instr(' ' || scope || ' ', ' openid ') > 0 AND instr(' ' || scope || ' ', ' offline_access ') = 0`,
  ].map((text) => statement(db, text))
}

/** `unlessOf`: a person who only signs in again is not signed out. */
export function endSession(
  db: D1Database,
  id: SecretHash<'session'>,
  issuer: string,
  now: Seconds,
  unlessOf: string = '',
): readonly Write[] {
  const condition = sql`s.id_hash = ${id.sha256} AND s.user_id <> ${unlessOf}`
  return [
    ...endWhatRestsOn(db, { condition, issuer, now }),
    statement(db, sql`DELETE FROM sessions WHERE id_hash = ${id.sha256}`),
  ]
}
