-- KEY_ENCRYPTION_SECRET can be replaced while the server runs: what outlives a secret is kept, sealed under the next one.
CREATE TABLE IF NOT EXISTS kept_keys (
  name   TEXT PRIMARY KEY,
  sealed TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS used_secrets (
  id            TEXT PRIMARY KEY,
  first_used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS audit_parts (
  number    INTEGER PRIMARY KEY,
  seal      TEXT NOT NULL,
  sealed    TEXT NOT NULL,
  closed_at INTEGER NOT NULL
) STRICT;

ALTER TABLE recovery_codes ADD COLUMN secret_id TEXT;
CREATE INDEX IF NOT EXISTS recovery_codes_by_secret ON recovery_codes (ifnull(secret_id, '')) WHERE used_at IS NULL;
CREATE INDEX IF NOT EXISTS authenticators_by_secret ON authenticators (substr(sealed_key, 1, 9));
