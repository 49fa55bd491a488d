/** What a backup holds, each table after those that it refers to. */
export const keptTables = [
  'users',
  'authenticators',
  'recovery_codes',
  'passkeys',
  'clients',
  'client_secrets',
  'client_logos',
  'client_origins',
  'resources',
  'scopes',
  'api_introspectors',
  'consents',
  'consent_hosts',
  'authorizations',
  'revoked_access_tokens',
  'endings',
  'signing_keys',
  'audit_events',
  'audit_heads',
  'event_counts',
] as const

/** What it does not hold, and what follows from that. A table is here or above: a test says so. */
export const leftOutTables = {
  sessions: 'people sign in again',
  pending_sign_ins: 'people sign in again',
  sign_in_attempts: 'lock-outs are forgotten',
  mail_tokens: 'links that were mailed are dead: ask for another',
  invitations: 'invitations that are open are dead: send them again',
  setup_tokens: 'the link for the first administrator is dead',
  used_challenges: 'they live for minutes',
  used_assertions: 'they live for minutes',
  logout_deliveries: 'applications that were not yet told of a sign-out are not told',
  outbox: 'mails of a server in development',
  client_activity: 'what applications were answered in the last 14 days',
  maintenance_runs: 'the next run notes itself',
} as const
