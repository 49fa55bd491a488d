/**
 * Statements that end everything issued until `now`, for a database that was restored to an earlier time: it forgot later
 * revocations, uses and sign-outs, and never knew later tokens. May be executed twice.
 *
 * @param attempt Part of the id of the event.
 * @param now Unix seconds. By the clock of the database: that of an operator's machine may be behind, and tokens would survive.
 */
export function endingStatements(attempt: number, now: number | 'unixepoch()'): readonly string[] {
  return [
    // Access tokens, of any format and client, at introspection and userinfo: including those without a row.
    `INSERT INTO endings (at) VALUES (${now}) ON CONFLICT DO NOTHING`,
    // Codes and refresh tokens.
    `UPDATE authorizations SET ended_at = ${now}, end_reason = 'everything_ended' WHERE ended_at IS NULL`,
    'DELETE FROM sessions',
    'DELETE FROM pending_sign_ins',
    // Links that were used since would work again.
    'DELETE FROM mail_tokens',
    'DELETE FROM invitations',
    `DELETE FROM setup_tokens WHERE EXISTS (SELECT 1 FROM users WHERE role = 'administrator')`,
    // Removed from the JWKS at once, so that APIs which verify locally refuse their tokens. The next request creates new ones.
    'DELETE FROM signing_keys',
    'DELETE FROM later_signing_keys',
    `INSERT INTO audit_events (id, at, type, reference) VALUES ('everything-ended-${attempt}', ${now}, 'everything_ended', '') ON CONFLICT DO NOTHING`,
  ]
}
