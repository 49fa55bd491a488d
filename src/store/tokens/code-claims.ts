import type { CodeGrant } from '../../rules/tokens/authorization.ts'
import { type Confirmation, jktOf, x5tOf } from '../../rules/tokens/confirmation.ts'
import type { PresentedCode, SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import { hasChanged, optional, type Query, text, type Write } from '../database.ts'
import type { Use } from '../sign-in/used-challenges.ts'
import { sql, statement } from '../sql.ts'
import { isNotSuspended, isOf } from './authorizations.ts'
import { useUp } from './used-proofs.ts'

export interface FirstRefreshToken {
  readonly hash: SecretHash<'refresh'>
  readonly markKey: string
  /** Unless it is used before. */
  readonly expiresAt: Seconds
  /** The key that it is bound to (RFC 9449 §5, RFC 8705 §4). */
  readonly bound: Confirmation | undefined
}

/**
 * The one winner of a code: the first to set `redeemed_by`. The same statement writes the first refresh token, so a code is
 * never used up without it. Executed twice by one attempt, it succeeds twice and changes nothing more. Columns that only this
 * request needs are emptied, and `used` replaces hash and challenge, so that the row of a login stays small. Nothing is claimed
 * with a proof that another attempt has used.
 */
export function claimCode(
  db: D1Database,
  code: PresentedCode,
  grant: CodeGrant,
  attemptId: string,
  refresh: FirstRefreshToken,
  now: Seconds,
  use: Use | undefined,
): Query<boolean> {
  const { set, only } = useUp(use)
  return hasChanged(
    statement(
      db,
      sql`UPDATE authorizations SET redeemed_at = ${now}, redeemed_by = ${attemptId}, refresh_hash = ${refresh.hash.sha256},
          refresh_salt = '', refresh_mark_key = ${refresh.markKey}, rotated_at = ${now}, expires_at = ${refresh.expiresAt},
          dpop_jkt = ${jktOf(refresh.bound) ?? null}, x5t_s256 = ${x5tOf(refresh.bound) ?? null},
          code_hash = ${code.used}, code_challenge = NULL, redirect_uri = '', openid = json_remove(openid, '$.nonce')${set}
        WHERE id = ${grant.authorizationId} AND client_id = ${grant.clientId} AND ${isOf(code)}
          AND (redeemed_at IS NULL AND code_expires_at > ${now} OR redeemed_by = ${attemptId}) AND ended_at IS NULL
          AND ${isNotSuspended}${only}`,
    ),
  )
}

/** Seconds after its claim during which a code whose answer was lost may be taken over. */
const takeoverWindow: Seconds = 60

/**
 * Takes the code from an attempt that issued nothing. Compare and swap: one attempt takes it, and only while nobody has
 * refreshed. The refresh token that was never issued is replaced.
 */
export function takeOverCode(
  db: D1Database,
  code: PresentedCode,
  from: string,
  attemptId: string,
  refresh: FirstRefreshToken,
  now: Seconds,
): Write {
  return statement(
    db,
    sql`UPDATE authorizations SET redeemed_by = ${attemptId}, refresh_hash = ${refresh.hash.sha256},
        refresh_mark_key = ${refresh.markKey}, rotated_at = ${now}, expires_at = ${refresh.expiresAt},
        dpop_jkt = ${jktOf(refresh.bound) ?? null}, x5t_s256 = ${x5tOf(refresh.bound) ?? null}
      WHERE ${isOf(code)} AND redeemed_by = ${from} AND redeemed_at > ${now - takeoverWindow}
        AND previous_refresh_hash IS NULL AND ended_at IS NULL AND ${isNotSuspended}`,
  )
}

export type ClaimOutcome =
  | { readonly outcome: 'won' | 'dead' }
  | { readonly outcome: 'replayed'; readonly redeemedBy: string }

/** The redeemer of the code: this attempt, another one (then it is a replay), or nobody, because it ended or expired. */
export function findClaimOutcome(
  db: D1Database,
  code: PresentedCode,
  attemptId: string,
): Query<ClaimOutcome> {
  return {
    statement: statement(db, sql`SELECT redeemed_by FROM authorizations WHERE ${isOf(code)}`),
    read: ([row]) => {
      const redeemedBy = row === undefined ? undefined : optional(text, row, 'redeemed_by')
      if (redeemedBy === undefined) return { outcome: 'dead' }
      return redeemedBy === attemptId ? { outcome: 'won' } : { outcome: 'replayed', redeemedBy }
    },
  }
}
