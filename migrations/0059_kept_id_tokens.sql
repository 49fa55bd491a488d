-- ID tokens of providers, for signing out there (OIDC RP-Initiated Logout §2): as long as the session that began there.
CREATE TABLE IF NOT EXISTS kept_id_tokens (
  session_hash TEXT PRIMARY KEY REFERENCES sessions (id_hash) ON DELETE CASCADE,
  sealed       TEXT NOT NULL                   -- AES-GCM under the key-encryption secret
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS kept_id_tokens_by_secret ON kept_id_tokens (substr(sealed, 1, 9));
