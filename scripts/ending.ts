/**
 * What ends everything that was issued until `now`, for a database that went back in time: it forgot what was revoked, used
 * and signed out since, and never knew what was issued since. May be executed twice.
 */
export function endingStatements(now: number): readonly string[] {
  return [
    // Access tokens, of whatever form and client, at introspection and userinfo: also those that no row is about.
    `INSERT INTO endings (at) VALUES (${now}) ON CONFLICT DO NOTHING`,
    // Codes and refresh tokens.
    `UPDATE authorizations SET ended_at = ${now}, end_reason = 'everything_ended' WHERE ended_at IS NULL`,
    'DELETE FROM sessions',
    'DELETE FROM pending_sign_ins',
    // Links that were used since would work again.
    'DELETE FROM mail_tokens',
    'DELETE FROM invitations',
    `DELETE FROM setup_tokens WHERE EXISTS (SELECT 1 FROM users WHERE role = 'administrator')`,
    // Out of JWKS at once, so that APIs which verify by themselves refuse what was signed. The next request makes new ones.
    'DELETE FROM signing_keys',
    'DELETE FROM later_signing_keys',
    `INSERT INTO audit_events (id, at, type, reference) VALUES ('everything-ended-${now}', ${now}, 'everything_ended', '') ON CONFLICT DO NOTHING`,
  ]
}
