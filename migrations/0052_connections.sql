-- Sign-in through other providers: their connections, and whose identity there belongs to which account.

CREATE TABLE IF NOT EXISTS connections (
  id            TEXT PRIMARY KEY,              -- in its URLs: /login/with/{id}
  kind          TEXT NOT NULL CHECK (kind IN ('github', 'google', 'microsoft', 'apple', 'gitlab', 'openid', 'oauth2')),
  name          TEXT NOT NULL,                 -- on its button
  position      INTEGER NOT NULL,              -- of its button
  issuer        TEXT,                          -- NULL: plain OAuth 2, without ID tokens
  client_id     TEXT NOT NULL,                 -- ours there
  sealed_secret TEXT,                          -- AES-GCM under the key-encryption secret; NULL: private_key_jwt
  settings      TEXT NOT NULL,                 -- JSON: everything else that an administrator chose
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL,              -- increases with each change, even within a second
  suspended_at  INTEGER                        -- while set: no button, and nobody signs in by it
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS connections_by_position ON connections (position, id);
CREATE INDEX IF NOT EXISTS connections_by_secret ON connections (substr(sealed_secret, 1, 9)) WHERE sealed_secret IS NOT NULL;

-- Domains of e-mail addresses whose people sign in by a connection.
CREATE TABLE IF NOT EXISTS connection_domains (
  domain        TEXT PRIMARY KEY,              -- in lower case, in ASCII
  connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  enforced      INTEGER NOT NULL               -- 1: they sign in by nothing else
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS connection_domains_by_connection ON connection_domains (connection_id);

-- People's accounts at providers. Found by the provider's own identifier of the person, never by an address.
CREATE TABLE IF NOT EXISTS identities (
  connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  subject       TEXT NOT NULL,                 -- `sub`, or the id that a plain OAuth 2 provider gives
  user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  label         TEXT NOT NULL,                 -- name or address there, so that people recognise it
  linked_by     TEXT NOT NULL,                 -- id of the attempt
  created_at    INTEGER NOT NULL,
  last_used_at  INTEGER,
  PRIMARY KEY (connection_id, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS identities_by_user ON identities (user_id, created_at);

-- How the person of a session came in, when it was by a provider.
ALTER TABLE sessions ADD COLUMN connection_id TEXT;
ALTER TABLE sessions ADD COLUMN provider_sid TEXT;             -- the provider's session id, for its logout notices
ALTER TABLE sessions ADD COLUMN proven INTEGER NOT NULL DEFAULT 1; -- 0: the provider did not say when they signed in there

CREATE INDEX IF NOT EXISTS sessions_by_provider ON sessions (connection_id, provider_sid) WHERE connection_id IS NOT NULL;

-- The same while a second factor is awaited. JSON; NULL: it was a password.
ALTER TABLE pending_sign_ins ADD COLUMN provider TEXT;
