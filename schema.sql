-- The current schema, for reading. Databases are created by migrations/; a test checks that both have the same result.
-- Times are Unix seconds (`_at`). Secrets are stored only as base64url(SHA-256) (`_hash`).

CREATE TABLE IF NOT EXISTS users (
  id            TEXT PRIMARY KEY,              -- random; the `sub` of every token
  username      TEXT NOT NULL,                 -- as the person typed it
  username_key  TEXT NOT NULL UNIQUE,          -- NFKC, lower case: for comparison
  email         TEXT,
  password_hash TEXT NOT NULL,                 -- argon2id, PHC string; '': none; an imported hash until they sign in
  role          TEXT NOT NULL CHECK (role IN ('administrator', 'support', 'developer', 'user')),
  created_at    INTEGER NOT NULL,
  suspended_at  INTEGER,                       -- while set: no sign-in, and none of their tokens is valid
  email_verified_at INTEGER,                   -- when mail to it reached the person
  profile       TEXT NOT NULL DEFAULT '{}',    -- JSON: the claims of OIDC Core §5.1 that people set themselves
  groups        TEXT NOT NULL DEFAULT '[]',    -- JSON array of strings
  updated_at    INTEGER NOT NULL DEFAULT 0,    -- of the profile
  review_since  INTEGER,                       -- time of a password reset whose review is due
  username_skeleton TEXT,                      -- equal for names that look alike; NULL until the schedule fills it in
  language      TEXT,                          -- chosen last, or else that of the pages at sign-in
  language_chosen_at INTEGER NOT NULL DEFAULT 0, -- 0: it was not chosen
  username_fault TEXT,                         -- the broken rule for names; '': none; NULL until the schedule checks
  earlier_sign_in INTEGER                      -- 1: before sign-ins kept a language; 0: not; NULL until the schedule looks
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS users_administrators ON users (role) WHERE role = 'administrator';
CREATE INDEX IF NOT EXISTS users_by_time ON users (created_at, id);
CREATE INDEX IF NOT EXISTS users_by_skeleton ON users (username_skeleton);
CREATE INDEX IF NOT EXISTS users_unlooked ON users (id) WHERE username_fault IS NULL OR earlier_sign_in IS NULL;
CREATE INDEX IF NOT EXISTS users_by_fault ON users (username_fault) WHERE username_fault <> '';
-- The kinds of imported password hashes: each sign-in does the work of each.
CREATE INDEX IF NOT EXISTS users_by_imported_password ON users (substr(password_hash, 1, instr(password_hash, '$') - 1))
  WHERE password_hash >= 'a';

-- Anybody may enter an address; only one account can confirm it.
CREATE INDEX IF NOT EXISTS users_by_email ON users (lower(email), created_at);
CREATE UNIQUE INDEX IF NOT EXISTS users_by_proven_email ON users (lower(email)) WHERE email_verified_at IS NOT NULL;

-- Accounts that people created themselves, until they are used or expire.
CREATE TABLE IF NOT EXISTS sign_ups (
  user_id    TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  used       INTEGER NOT NULL DEFAULT 0        -- 1: the person came back
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS sign_ups_by_time ON sign_ups (created_at);

-- Search terms of people: parts of their names and addresses, without accents and case. Derived from `users`.
CREATE TABLE IF NOT EXISTS user_terms (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  field   TEXT NOT NULL CHECK (field IN ('username', 'email', 'profile')),
  term    TEXT NOT NULL,                       -- letters from one position on, or a space and the beginning of a word
  PRIMARY KEY (user_id, field, term)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS user_terms_by_term ON user_terms (term, user_id);

-- Progress of the schedule in adding them for older accounts, in the order of ids. One row.
CREATE TABLE IF NOT EXISTS term_fills (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  after TEXT NOT NULL                          -- the last completed id
) STRICT;

-- Links for the first administrator. Invalid as soon as one exists.
CREATE TABLE IF NOT EXISTS setup_tokens (
  token_hash TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS sessions (
  id_hash          TEXT PRIMARY KEY,
  user_id          TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  sid              TEXT NOT NULL,              -- session id for clients; kept when the same person signs in again
  amr              TEXT NOT NULL,              -- JSON array: how they signed in (RFC 8176)
  authenticated_at INTEGER NOT NULL,           -- `auth_time`
  last_seen_at     INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL,           -- absolute
  user_agent       TEXT,                       -- User-Agent at sign-in, at most 300 characters
  connection_id    TEXT,                       -- how the person came in, if by a provider
  provider_sid     TEXT,                       -- the provider's session id, for its logout notices
  proven           INTEGER NOT NULL DEFAULT 1  -- 0: the provider did not say when they signed in there
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS sessions_by_sid ON sessions (sid);
CREATE INDEX IF NOT EXISTS sessions_by_user ON sessions (user_id, last_seen_at);
CREATE INDEX IF NOT EXISTS sessions_by_expiry ON sessions (expires_at);
CREATE INDEX IF NOT EXISTS sessions_by_use ON sessions (last_seen_at);
CREATE INDEX IF NOT EXISTS sessions_by_provider ON sessions (connection_id, provider_sid) WHERE connection_id IS NOT NULL;

-- ID tokens of providers, for signing out there (OIDC RP-Initiated Logout §2): as long as the session that began there.
CREATE TABLE IF NOT EXISTS kept_id_tokens (
  session_hash TEXT PRIMARY KEY REFERENCES sessions (id_hash) ON DELETE CASCADE,
  sealed       TEXT NOT NULL                   -- AES-GCM under the key-encryption secret
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS kept_id_tokens_by_secret ON kept_id_tokens (substr(sealed, 1, 9));

-- Attempts since the last success: at accounts, from address blocks, to mailboxes, and by pairs of them.
CREATE TABLE IF NOT EXISTS sign_in_attempts (
  subject      TEXT PRIMARY KEY,               -- a kind and hashes, like 'account-block:…:…'
  attempts     INTEGER NOT NULL,
  attempted_at INTEGER NOT NULL,
  locked_until INTEGER NOT NULL,               -- an attempt before this is refused
  claimed_by   TEXT NOT NULL,                  -- id of the attempt that was counted last
  forgotten_at INTEGER NOT NULL DEFAULT 0      -- from then on the count is reset
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS sign_in_attempts_by_time ON sign_in_attempts (attempted_at);
CREATE INDEX IF NOT EXISTS sign_in_attempts_by_end ON sign_in_attempts (forgotten_at);

-- Wrong passwords and codes since the last right one. One row per person and kind, however many there are.
CREATE TABLE IF NOT EXISTS failed_tries (
  user_id   TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind      TEXT NOT NULL CHECK (kind IN ('password', 'code')),
  counted   INTEGER NOT NULL,
  last_at   INTEGER NOT NULL,
  locked_at INTEGER,                           -- when a lock began, which is an event
  reference TEXT NOT NULL,                     -- of the last one's request, which is counted once
  PRIMARY KEY (user_id, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS failed_tries_by_time ON failed_tries (last_at);

-- Sign-ins that wait for a second factor. Not sessions: only the page that asks for the code reads them.
CREATE TABLE IF NOT EXISTS pending_sign_ins (
  id_hash       TEXT PRIMARY KEY,
  user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  password_hash TEXT NOT NULL,                 -- the verified one: the sign-in fails if it has changed
  expires_at    INTEGER NOT NULL,
  provider      TEXT                           -- JSON: how they came in by a provider; NULL: by a password
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS pending_sign_ins_by_user ON pending_sign_ins (user_id);
CREATE INDEX IF NOT EXISTS pending_sign_ins_by_expiry ON pending_sign_ins (expires_at);

-- Authenticator apps (RFC 6238), at most one per person.
CREATE TABLE IF NOT EXISTS authenticators (
  user_id    TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  sealed_key TEXT NOT NULL,                    -- AES-GCM under the key-encryption secret
  made_by    TEXT NOT NULL,                    -- id of the attempt that set it up
  created_at INTEGER NOT NULL,
  last_step  INTEGER NOT NULL,                 -- of the last used code: only later ones are valid
  claimed_by TEXT NOT NULL,                    -- id of the attempt that used it
  trusted_at INTEGER NOT NULL DEFAULT 0,       -- a password reset before this distrusts it
  doubted    INTEGER NOT NULL DEFAULT 0        -- 1: does not work until its owner keeps it
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS authenticators_by_secret ON authenticators (substr(sealed_key, 1, 9));

CREATE TABLE IF NOT EXISTS recovery_codes (
  user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  code_hash  TEXT NOT NULL,                    -- HMAC under the key-encryption secret: the codes are short
  made_by    TEXT NOT NULL,                    -- id of the attempt that created all ten
  created_at INTEGER NOT NULL,
  used_at    INTEGER,
  used_by    TEXT,                             -- id of the attempt that used it
  secret_id  TEXT,                             -- the secret of `code_hash`; NULL: not recorded yet
  PRIMARY KEY (user_id, code_hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS recovery_codes_by_secret ON recovery_codes (ifnull(secret_id, '')) WHERE used_at IS NULL;

-- Factors reported lost. One row per person; removed at the first sign-in by password after its time.
CREATE TABLE IF NOT EXISTS factor_removals (
  user_id  TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  asked_at INTEGER NOT NULL,                   -- later factors stay
  due_at   INTEGER NOT NULL,
  asked_by TEXT NOT NULL                       -- id of the attempt
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS factor_removals_by_time ON factor_removals (due_at);

-- Passkeys (Web Authentication).
CREATE TABLE IF NOT EXISTS passkeys (
  id            TEXT PRIMARY KEY,              -- of the attempt that created it; in our URLs
  user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  credential_id TEXT NOT NULL UNIQUE,          -- the authenticator's id, base64url
  name          TEXT NOT NULL,
  public_key    TEXT NOT NULL,                 -- JWK
  counter       INTEGER NOT NULL,              -- of the authenticator: increases with each use, or stays 0
  backed_up     INTEGER NOT NULL,              -- 1: synchronised to other devices of the person
  claimed_by    TEXT NOT NULL,                 -- id of the attempt that used it last
  created_at    INTEGER NOT NULL,
  last_used_at  INTEGER,
  trusted_at    INTEGER NOT NULL DEFAULT 0,    -- a password reset before this distrusts it
  doubted       INTEGER NOT NULL DEFAULT 0     -- 1: does not work until its owner keeps it
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS passkeys_by_user ON passkeys (user_id, created_at, id);

-- Challenges that were answered, assertions of other servers, DPoP proofs, and mails about an act or with a link: each is good once.
-- Challenges that were not answered are nowhere.
CREATE TABLE IF NOT EXISTS used_challenges (
  id         TEXT PRIMARY KEY,
  claimed_by TEXT NOT NULL,                    -- id of the attempt that was first
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Other providers that people may sign in by (OpenID Connect, or plain OAuth 2).
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

-- Mailed links: each works once, for an hour. A user has one per purpose, the newest.
CREATE TABLE IF NOT EXISTS mail_tokens (
  token_hash TEXT PRIMARY KEY,
  purpose    TEXT NOT NULL CHECK (purpose IN ('password_reset', 'email_verification', 'email_change')),
  user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  email      TEXT NOT NULL,                    -- the receiver
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_by    TEXT                              -- id of the attempt that used it
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS mail_tokens_by_user ON mail_tokens (user_id, purpose);
CREATE INDEX IF NOT EXISTS mail_tokens_by_expiry ON mail_tokens (expires_at);

-- Invitations to sign up: each works once, for a week.
CREATE TABLE IF NOT EXISTS invitations (
  id         TEXT PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  email      TEXT NOT NULL,
  was_mailed INTEGER NOT NULL,                 -- 1: a person with the link can read mail to the address
  invited_by TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_by    TEXT                              -- id of the created user
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS invitations_by_inviter ON invitations (invited_by);
CREATE INDEX IF NOT EXISTS invitations_by_expiry ON invitations (expires_at);
CREATE INDEX IF NOT EXISTS invitations_open ON invitations (created_at, id) WHERE used_by IS NULL;

-- Mails of a development server, which sends none. For a day.
CREATE TABLE IF NOT EXISTS outbox (
  number     INTEGER PRIMARY KEY,              -- in order of arrival
  id         TEXT NOT NULL UNIQUE,             -- of the attempt: written twice, it is one row
  recipient  TEXT NOT NULL,
  subject    TEXT NOT NULL,
  text       TEXT NOT NULL,
  html       TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS outbox_by_time ON outbox (created_at);

CREATE TABLE IF NOT EXISTS clients (
  id                        TEXT PRIMARY KEY,  -- `client_id`
  owner_id                  TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name                      TEXT NOT NULL,
  name_key                  TEXT NOT NULL,     -- NFKC, lower case: for searching
  type                      TEXT NOT NULL CHECK (type IN ('confidential', 'public')),
  grant_type                TEXT NOT NULL CHECK (grant_type IN ('authorization-code', 'client-credentials')),
  redirect_uris             TEXT NOT NULL,     -- JSON array of strings
  post_logout_redirect_uris TEXT NOT NULL,     -- JSON array of strings
  allowed_origins           TEXT NOT NULL,     -- JSON array of strings, as registered
  scope                     TEXT NOT NULL,     -- scopes it may request
  access_token_format       TEXT NOT NULL CHECK (access_token_format IN ('jwt', 'opaque')),
  access_token_lifetime     INTEGER,           -- seconds; NULL: the server's
  refresh_idle_lifetime     INTEGER,
  refresh_absolute_lifetime INTEGER,
  jwks                      TEXT,              -- with one of these it authenticates by private_key_jwt
  jwks_uri                  TEXT,
  openid                    TEXT NOT NULL,     -- JSON: the OpenID Connect part of its registration
  created_at                INTEGER NOT NULL,
  updated_at                INTEGER NOT NULL,  -- increases with each change, even within a second
  suspended_at              INTEGER,           -- while set: no new token, and none of its tokens is valid
  trust                     TEXT NOT NULL DEFAULT 'unverified' -- how far an administrator trusts it
    CHECK (trust IN ('unverified', 'verified', 'first-party')),
  last_used_at              INTEGER,           -- to the hour
  grants                    TEXT NOT NULL DEFAULT '', -- every grant it is registered for, the main one first; '': only grant_type
  awaits_owner              INTEGER NOT NULL DEFAULT 0, -- 1: suspended until its owner reviews it
  introspects               TEXT NOT NULL DEFAULT 'all' -- tokens it may introspect; 'all': older than the lists of the APIs
    CHECK (introspects IN ('own', 'all')),
  registered_by             TEXT NOT NULL DEFAULT 'person' CHECK (registered_by IN ('person', 'itself', 'document')), -- RFC 7591
  approval                  TEXT CHECK (approval IN ('waiting', 'refused')) -- while set, it is suspended until an administrator approves it
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS clients_by_owner ON clients (owner_id, name_key, id);
CREATE INDEX IF NOT EXISTS clients_by_name ON clients (name_key, id);
CREATE INDEX IF NOT EXISTS clients_by_time ON clients (created_at, id);
CREATE INDEX IF NOT EXISTS clients_by_use ON clients (ifnull(last_used_at, 0), id);
-- The applications that a person registered, for the limits.
CREATE INDEX IF NOT EXISTS clients_owned ON clients (owner_id) WHERE registered_by = 'person';
-- Whether anything uses EdDSA or PS256: until then no such key is created.
CREATE INDEX IF NOT EXISTS clients_by_eddsa ON clients (id) WHERE instr(openid, '"EdDSA"') > 0;
CREATE INDEX IF NOT EXISTS clients_by_ps ON clients (id) WHERE instr(openid, '"PS256"') > 0;
CREATE INDEX IF NOT EXISTS clients_by_rsa_requests ON clients (id) WHERE instr(openid, '"request_object_encryption_alg":"RSA') > 0;
CREATE INDEX IF NOT EXISTS clients_by_ecdh_requests ON clients (id) WHERE instr(openid, '"request_object_encryption_alg":"ECDH') > 0;
-- Whether any application gets opaque tokens: health checks this, without reading each application.
CREATE INDEX IF NOT EXISTS clients_by_opaque ON clients (id) WHERE access_token_format = 'opaque';
-- The names that no unverified client may imitate.
CREATE INDEX IF NOT EXISTS clients_trusted ON clients (trust, name) WHERE trust <> 'unverified';
-- The queue for an administrator's approval.
CREATE INDEX IF NOT EXISTS clients_waiting ON clients (name_key, id) WHERE approval = 'waiting';
CREATE INDEX IF NOT EXISTS clients_waiting_since ON clients (updated_at) WHERE approval = 'waiting';
-- Applications that registered or published themselves, by their last use.
CREATE INDEX IF NOT EXISTS clients_disused ON clients (ifnull(last_used_at, created_at))
  WHERE registered_by <> 'person' AND suspended_at IS NULL AND trust = 'unverified';

CREATE TABLE IF NOT EXISTS client_secrets (
  secret_hash  TEXT PRIMARY KEY,
  client_id    TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER,                        -- to the hour
  expires_at   INTEGER,                        -- NULL: never
  label        TEXT NOT NULL DEFAULT '',       -- what its owner calls it
  last_four    TEXT                            -- its last four characters; NULL: from before they were kept
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS client_secrets_by_expiry ON client_secrets (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS client_secrets_by_client ON client_secrets (client_id, created_at);

-- Clients that registered themselves (RFC 7591), with the fields that other clients don't have.
CREATE TABLE IF NOT EXISTS client_registrations (
  client_id   TEXT PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
  token_hash  TEXT NOT NULL,                   -- of the registration access token (RFC 7592)
  auth_method TEXT NOT NULL,                   -- token_endpoint_auth_method
  told        TEXT NOT NULL,                   -- JSON: its own metadata, returned as sent
  origin      TEXT NOT NULL,                   -- hashes of its site and its address block, separated by a dot
  created_at  INTEGER NOT NULL,
  settled     INTEGER NOT NULL DEFAULT 0       -- 1: it was used in its first week, and stays
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS client_registrations_by_origin ON client_registrations (origin, created_at);
CREATE INDEX IF NOT EXISTS client_registrations_unsettled ON client_registrations (created_at) WHERE settled = 0;

-- Client assertions (RFC 7523) that were used: each works once.
CREATE TABLE IF NOT EXISTS used_assertions (
  client_id  TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  jti_hash   TEXT NOT NULL,
  claimed_by TEXT NOT NULL,                    -- id of the attempt that was first
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (client_id, jti_hash)
) STRICT, WITHOUT ROWID;

-- Every origin that may call the token endpoint, for the preflight, which names no client.
CREATE TABLE IF NOT EXISTS client_origins (
  origin    TEXT NOT NULL,
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  PRIMARY KEY (origin, client_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS client_origins_by_client ON client_origins (client_id);

-- Pictures of clients, as they were uploaded.
CREATE TABLE IF NOT EXISTS client_logos (
  client_id TEXT PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
  hash      TEXT NOT NULL,                     -- base64url(SHA-256) of the bytes: part of its URL
  type      TEXT NOT NULL CHECK (type IN ('image/png', 'image/jpeg', 'image/webp')),
  content   TEXT NOT NULL                      -- base64
) STRICT;

-- Results of its token requests, for 14 days. One row per day and outcome, however many there are.
CREATE TABLE IF NOT EXISTS client_activity (
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  day       INTEGER NOT NULL,                  -- since 1970, UTC
  outcome   TEXT NOT NULL,                     -- 'issued', or the error
  counted   INTEGER NOT NULL,
  noted_at  INTEGER NOT NULL,                  -- of the last one
  reason    TEXT,                              -- of the last one, as in the log
  reference TEXT NOT NULL,                     -- of the last one's request, which is counted once
  PRIMARY KEY (client_id, day, outcome)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS client_activity_by_day ON client_activity (day);

-- APIs whose tokens are issued here (RFC 8707).
CREATE TABLE IF NOT EXISTS resources (
  identifier            TEXT PRIMARY KEY,      -- absolute URI: `resource` and `aud`
  name                  TEXT NOT NULL,
  access_token_lifetime INTEGER,               -- seconds; NULL: the same as for every token
  created_at            INTEGER NOT NULL,
  access_token_alg      TEXT NOT NULL DEFAULT 'ES256' -- signs its access tokens
    CHECK (access_token_alg IN ('ES256', 'RS256', 'PS256', 'EdDSA')),
  access_token_typ      TEXT NOT NULL DEFAULT 'at+jwt' -- 'JWT': an API older than RFC 9068
    CHECK (access_token_typ IN ('at+jwt', 'JWT'))
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS resources_by_name ON resources (lower(name), identifier);
CREATE INDEX IF NOT EXISTS resources_by_eddsa ON resources (identifier) WHERE access_token_alg = 'EdDSA';
CREATE INDEX IF NOT EXISTS resources_by_ps ON resources (identifier) WHERE access_token_alg = 'PS256';

CREATE INDEX IF NOT EXISTS resources_by_spelling ON resources (identifier COLLATE NOCASE);

CREATE TABLE IF NOT EXISTS scopes (
  name        TEXT PRIMARY KEY,
  description TEXT NOT NULL,                   -- the access it gives an application, in plain words
  resource    TEXT REFERENCES resources (identifier) ON DELETE CASCADE,
  restricted  INTEGER NOT NULL DEFAULT 0       -- 1: only an administrator may allow it to an application
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS scopes_by_resource ON scopes (resource);

-- A Worker keeps the scopes and their APIs that it has read, for as long as the version stays the same. It is random, so that a database that
-- was restored never gets an earlier one again.
CREATE TABLE IF NOT EXISTS scope_versions (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  version TEXT NOT NULL
) STRICT;

INSERT INTO scope_versions (id, version) VALUES (1, lower(hex(randomblob(16)))) ON CONFLICT DO NOTHING;

CREATE TRIGGER IF NOT EXISTS scopes_inserted AFTER INSERT ON scopes BEGIN
  UPDATE scope_versions SET version = lower(hex(randomblob(16))) WHERE id = 1;
END;

CREATE TRIGGER IF NOT EXISTS scopes_updated AFTER UPDATE ON scopes BEGIN
  UPDATE scope_versions SET version = lower(hex(randomblob(16))) WHERE id = 1;
END;

CREATE TRIGGER IF NOT EXISTS scopes_deleted AFTER DELETE ON scopes BEGIN
  UPDATE scope_versions SET version = lower(hex(randomblob(16))) WHERE id = 1;
END;

CREATE TRIGGER IF NOT EXISTS resources_updated AFTER UPDATE ON resources BEGIN
  UPDATE scope_versions SET version = lower(hex(randomblob(16))) WHERE id = 1;
END;

-- When a scope was last deleted: later authorizations are not compared with the existing scopes. One row; without it, all are.
CREATE TABLE IF NOT EXISTS scope_deletions (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL
) STRICT;

INSERT INTO scope_deletions (id, at) VALUES (1, 0) ON CONFLICT DO NOTHING;

-- Finds a deletion by an equality: while there was none, D1 counts no row for looking.
CREATE INDEX IF NOT EXISTS scope_deletions_last ON scope_deletions ((at > 0));

-- Applications that may introspect an API's tokens (RFC 7662). The scope `introspection` covers all tokens without a row here.
CREATE TABLE IF NOT EXISTS api_introspectors (
  resource  TEXT NOT NULL REFERENCES resources (identifier) ON DELETE CASCADE,
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  PRIMARY KEY (resource, client_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS api_introspectors_by_client ON api_introspectors (client_id);

-- Applications that may get tokens for an API by token exchange (RFC 8693).
CREATE TABLE IF NOT EXISTS api_exchangers (
  resource  TEXT NOT NULL REFERENCES resources (identifier) ON DELETE CASCADE,
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  PRIMARY KEY (resource, client_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS api_exchangers_by_client ON api_exchangers (client_id);

-- Other authorization servers (RFC 8693, RFC 7523): their JWTs are accepted here, and identity assertions are issued for them.
CREATE TABLE IF NOT EXISTS other_servers (
  issuer          TEXT PRIMARY KEY,
  name            TEXT NOT NULL,
  jwks_uri        TEXT,                        -- NULL: none of its signatures is accepted
  audience        TEXT,                        -- `aud` of its tokens that may be exchanged; NULL: our issuer
  user_field      TEXT NOT NULL CHECK (user_field IN ('id', 'username', 'email')), -- the column that identifies people
  user_claim      TEXT NOT NULL,               -- the claim compared with it
  assertion_scope TEXT NOT NULL,               -- scopes that our applications may request for it
  created_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS other_servers_by_name ON other_servers (lower(name), issuer);

-- Applications that it may vouch for people to.
CREATE TABLE IF NOT EXISTS other_server_clients (
  issuer    TEXT NOT NULL REFERENCES other_servers (issuer) ON DELETE CASCADE,
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  PRIMARY KEY (issuer, client_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS other_server_clients_by_client ON other_server_clients (client_id);

-- Applications that may get identity assertions for it.
CREATE TABLE IF NOT EXISTS assertion_clients (
  issuer    TEXT NOT NULL REFERENCES other_servers (issuer) ON DELETE CASCADE,
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  known_as  TEXT NOT NULL,                     -- its `client_id` there
  PRIMARY KEY (issuer, client_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS assertion_clients_by_client ON assertion_clients (client_id);

INSERT INTO scopes (name, description, restricted) VALUES
  ('read', 'See your data', 0),
  ('write', 'Change your data', 0),
  ('introspection', 'Check whether tokens are valid', 1),
  ('openid', 'Know who you are', 0),
  ('profile', 'See your profile: name, picture, language', 0),
  ('email', 'See your email address', 0),
  ('address', 'See your postal address', 0),
  ('phone', 'See your phone number', 0),
  ('groups', 'See the groups you are in', 0),
  ('offline_access', 'Keep this access while you are away', 0)
ON CONFLICT DO NOTHING;

-- Unused: older code kept here the devices that wait, now in device_authorizations. It stays,
-- because migrations precede the code, and older code still writes here meanwhile.
CREATE TABLE IF NOT EXISTS device_requests (
  device_code_hash TEXT PRIMARY KEY,
  user_code_hash   TEXT NOT NULL UNIQUE,       -- HMAC under the key-encryption secret: the code is short
  client_id        TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  scope            TEXT NOT NULL,
  resources        TEXT NOT NULL,              -- JSON array of identifiers; empty: the issuer itself
  poll_interval    INTEGER NOT NULL,           -- seconds
  place            TEXT,                       -- the location of the device, in words
  origin           TEXT NOT NULL,              -- hashes of its site and its address block, separated by a dot
  created_at       INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL,
  polled_at        INTEGER,
  decided_at       INTEGER,
  decided_by       TEXT,                       -- id of the attempt that gave the answer
  authorization_id TEXT                        -- NULL with decided_at: the person denied it
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS device_requests_by_expiry ON device_requests (expires_at);
CREATE INDEX IF NOT EXISTS device_requests_by_origin ON device_requests (origin, expires_at);
CREATE INDEX IF NOT EXISTS device_requests_by_client ON device_requests (client_id);

-- Unused: older code kept here the requests that were pushed, now in pushed_authorizations. It stays,
-- because migrations precede the code, and older code still writes here meanwhile.
CREATE TABLE IF NOT EXISTS pushed_requests (
  request_uri_hash TEXT PRIMARY KEY,
  client_id        TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  query            TEXT NOT NULL,              -- the parameters, without the client's credentials
  origin           TEXT NOT NULL,              -- hashes of a site and an address block, with a dot between; for a client with a secret: its ID
  visited          INTEGER NOT NULL DEFAULT 0, -- 1: opened in time
  expires_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS pushed_requests_by_expiry ON pushed_requests (expires_at);
CREATE INDEX IF NOT EXISTS pushed_requests_by_origin ON pushed_requests (origin, expires_at);
CREATE INDEX IF NOT EXISTS pushed_requests_by_client ON pushed_requests (client_id);

-- Devices, and applications (CIBA), that wait for a person to answer (RFC 8628), and the answers until they expire. A client that is known by its
-- metadata document alone has no row in clients before a person allows it, so client_id references nothing.
CREATE TABLE IF NOT EXISTS device_authorizations (
  device_code_hash TEXT PRIMARY KEY,
  user_code_hash   TEXT NOT NULL UNIQUE,       -- HMAC under the key-encryption secret: the code is short
  client_id        TEXT NOT NULL,
  scope            TEXT NOT NULL,
  resources        TEXT NOT NULL,              -- JSON array of identifiers; empty: the issuer itself
  poll_interval    INTEGER NOT NULL,           -- seconds
  place            TEXT,                       -- the location of the device, in words
  origin           TEXT NOT NULL,              -- hashes of its site and its address block, separated by a dot
  created_at       INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL,
  polled_at        INTEGER,
  decided_at       INTEGER,
  decided_by       TEXT,                       -- id of the attempt that gave the answer
  authorization_id TEXT,                       -- NULL with decided_at: the person denied it
  user_id          TEXT REFERENCES users (id) ON DELETE CASCADE, -- the person that an application asks (CIBA); NULL for a device
  binding_message  TEXT,                       -- shown to that person, and by the application
  authorization_details TEXT                   -- JSON (RFC 9396); null: none
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS device_authorizations_by_expiry ON device_authorizations (expires_at);
CREATE INDEX IF NOT EXISTS device_authorizations_by_origin ON device_authorizations (origin, expires_at);
CREATE INDEX IF NOT EXISTS device_authorizations_by_user ON device_authorizations (user_id, expires_at) WHERE user_id IS NOT NULL;

-- Authorization requests that clients pushed (RFC 9126) and nobody has completed yet. For client_id, see device_authorizations.
CREATE TABLE IF NOT EXISTS pushed_authorizations (
  request_uri_hash TEXT PRIMARY KEY,
  client_id        TEXT NOT NULL,
  query            TEXT NOT NULL,              -- the parameters, without the client's credentials
  origin           TEXT NOT NULL,              -- hashes of a site and an address block, with a dot between; for a client with a secret: its ID
  visited          INTEGER NOT NULL DEFAULT 0, -- 1: opened in time
  expires_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS pushed_authorizations_by_expiry ON pushed_authorizations (expires_at);
CREATE INDEX IF NOT EXISTS pushed_authorizations_by_origin ON pushed_authorizations (origin, expires_at);

-- A user's consent to a client, for all hosts together.
CREATE TABLE IF NOT EXISTS consents (
  user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  client_id     TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  scope         TEXT NOT NULL,                 -- every scope allowed so far
  redirect_host TEXT NOT NULL,                 -- the last time; '': without asking
  client_name   TEXT NOT NULL,                 -- the last time
  granted_at    INTEGER NOT NULL,              -- the last time
  created_at    INTEGER NOT NULL,              -- the first time
  issued        INTEGER NOT NULL DEFAULT 0,    -- unused: older code counted here
  PRIMARY KEY (user_id, client_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS consents_by_user ON consents (user_id, created_at, client_id);
CREATE INDEX IF NOT EXISTS consents_by_client ON consents (client_id);

-- Per redirect host: what a person was shown when they gave consent.
CREATE TABLE IF NOT EXISTS consent_hosts (
  user_id       TEXT NOT NULL,
  client_id     TEXT NOT NULL,
  redirect_host TEXT NOT NULL,                 -- '': without asking
  scope         TEXT NOT NULL,                 -- every scope allowed there so far
  client_name   TEXT NOT NULL,
  trust         TEXT NOT NULL CHECK (trust IN ('unverified', 'verified', 'first-party')),
  granted_at    INTEGER NOT NULL,              -- the last time
  PRIMARY KEY (user_id, client_id, redirect_host),
  FOREIGN KEY (user_id, client_id) REFERENCES consents (user_id, client_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- One approved request: its one code, and its family of tokens.
CREATE TABLE IF NOT EXISTS authorizations (
  id                    TEXT PRIMARY KEY,      -- 7 characters for the second, 90 random bits: rows arrive in this order; earlier ones are random
  client_id             TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  user_id               TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  scope                 TEXT NOT NULL,
  resources             TEXT NOT NULL,         -- JSON array of identifiers; empty: the issuer itself
  auth_time             INTEGER NOT NULL,
  sid                   TEXT NOT NULL,         -- the session it was approved in
  openid                TEXT NOT NULL,         -- JSON: nonce, acr, amr, individually requested claims; earlier also the session
  created_at            INTEGER NOT NULL,
  -- the code
  code_hash             TEXT NOT NULL UNIQUE,  -- once redeemed: 72 bits of code and verifier, by which a replay is recognized
  code_challenge        TEXT,                  -- until the code is redeemed; NULL: an older OpenID Connect client
  redirect_uri          TEXT NOT NULL,         -- until the code is redeemed
  redirect_uri_sent     INTEGER NOT NULL,      -- 1: the token request must repeat it
  code_expires_at       INTEGER NOT NULL,
  redeemed_at           INTEGER,
  redeemed_by           TEXT,                  -- the attempt that won
  -- the refresh token
  refresh_hash          TEXT,
  previous_refresh_hash TEXT,
  refresh_salt          TEXT,                  -- derived `refresh_hash` from the previous secret
  refresh_mark_key      TEXT,                  -- distinguishes tokens of this family from made-up ones
  rotated_at            INTEGER,
  -- the end
  expires_at            INTEGER NOT NULL,      -- of the code, then of the refresh token; an expired row may be purged
  ended_at              INTEGER,
  end_reason            TEXT,
  kept_until            INTEGER NOT NULL DEFAULT 0, -- the purge looks at it then, and postpones it while it or its session lasts
  asserted_by           TEXT,                  -- the other server whose word it rests on
  dpop_jkt              TEXT,                  -- the key that its code, and a public client's refresh tokens, are bound to
  x5t_s256              TEXT,                  -- the certificate that a public client's refresh tokens are bound to
  authorization_details TEXT,                  -- JSON (RFC 9396); null: none
  proof                 TEXT                   -- of the DPoP proof that came with the last change: a JSON array of id, attempt and expiry
) STRICT, WITHOUT ROWID;

-- The change and the use of its proof are one statement. It is only executed while no other attempt has used that proof.
CREATE TRIGGER IF NOT EXISTS proofs_used AFTER UPDATE OF proof ON authorizations WHEN NEW.proof IS NOT NULL BEGIN
  INSERT INTO used_challenges (id, claimed_by, expires_at)
    VALUES (NEW.proof ->> 0, NEW.proof ->> 1, NEW.proof ->> 2) ON CONFLICT DO NOTHING;
END;

CREATE INDEX IF NOT EXISTS authorizations_by_client ON authorizations (client_id);
CREATE INDEX IF NOT EXISTS authorizations_by_user ON authorizations (user_id, client_id);
CREATE INDEX IF NOT EXISTS authorizations_by_session ON authorizations (sid);
CREATE INDEX IF NOT EXISTS authorizations_asserted ON authorizations (asserted_by) WHERE asserted_by IS NOT NULL;

-- For the purge. Redeeming and refreshing do not change it.
CREATE INDEX IF NOT EXISTS authorizations_kept ON authorizations (kept_until);

-- Access tokens that were revoked one by one. Those of an ended authorization have no row here.
CREATE TABLE IF NOT EXISTS revoked_access_tokens (
  jti        TEXT PRIMARY KEY,
  expires_at INTEGER NOT NULL                  -- of the token: after this it is invalid anyway
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS revoked_access_tokens_by_expiry ON revoked_access_tokens (expires_at);

-- When every token that was issued until then was ended (`npm run end-everything`).
CREATE TABLE IF NOT EXISTS endings (
  at INTEGER PRIMARY KEY
) STRICT;

-- As for `scope_deletions`.
CREATE INDEX IF NOT EXISTS endings_last ON endings ((at > 0), at);

-- Next, current or retired: that follows from `active_at` alone. The first writer of a generation wins.
CREATE TABLE IF NOT EXISTS signing_keys (
  alg         TEXT NOT NULL CHECK (alg IN ('RS256', 'ES256', 'EdDSA')),
  generation  INTEGER NOT NULL,
  kid         TEXT NOT NULL UNIQUE,            -- RFC 7638 thumbprint
  active_at   INTEGER NOT NULL,                -- signs from then on, until the next generation does
  public_jwk  TEXT NOT NULL,
  private_key TEXT NOT NULL,                   -- AES-GCM under the key-encryption secret
  created_at  INTEGER NOT NULL,
  withdrawn_at INTEGER,                        -- from then on it neither signs nor verifies
  PRIMARY KEY (alg, generation)
) STRICT, WITHOUT ROWID;

-- The same for later algorithms: older code reads the other table, and does not know them.
CREATE TABLE IF NOT EXISTS later_signing_keys (
  alg         TEXT NOT NULL CHECK (alg NOT IN ('RS256', 'ES256', 'EdDSA')),
  generation  INTEGER NOT NULL,
  kid         TEXT NOT NULL UNIQUE,
  active_at   INTEGER NOT NULL,
  public_jwk  TEXT NOT NULL,
  private_key TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  withdrawn_at INTEGER,
  PRIMARY KEY (alg, generation)
) STRICT, WITHOUT ROWID;

-- Pending logout notices (OIDC Back-Channel Logout). One per session and application.
CREATE TABLE IF NOT EXISTS logout_deliveries (
  id              TEXT PRIMARY KEY,
  client_id       TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  user_id         TEXT NOT NULL,
  sid             TEXT NOT NULL,
  issuer          TEXT NOT NULL,
  created_at      INTEGER NOT NULL,
  attempts        INTEGER NOT NULL,
  claimed_by      TEXT,                        -- id of the run that took it
  next_attempt_at INTEGER,                     -- NULL: delivered, or given up
  delivered_at    INTEGER,
  last_error      TEXT
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX IF NOT EXISTS logout_deliveries_once ON logout_deliveries (sid, client_id);
CREATE INDEX IF NOT EXISTS logout_deliveries_due ON logout_deliveries (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS logout_deliveries_by_claim ON logout_deliveries (claimed_by);
CREATE INDEX IF NOT EXISTS logout_deliveries_by_client ON logout_deliveries (client_id);
CREATE INDEX IF NOT EXISTS logout_deliveries_failed ON logout_deliveries (client_id, created_at) WHERE last_error IS NOT NULL;
CREATE INDEX IF NOT EXISTS logout_deliveries_given_up ON logout_deliveries (created_at)
  WHERE next_attempt_at IS NULL AND delivered_at IS NULL;
CREATE INDEX IF NOT EXISTS logout_deliveries_by_time ON logout_deliveries (created_at);

-- The last run of the scheduled handler. One row.
CREATE TABLE IF NOT EXISTS maintenance_runs (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  ran_at     INTEGER NOT NULL,
  failed     TEXT NOT NULL DEFAULT '[]',       -- JSON array: names of the steps that failed
  unfinished TEXT NOT NULL DEFAULT '[]',       -- JSON array: names of the steps with more to do
  queue_told_at INTEGER NOT NULL DEFAULT 0     -- when administrators were told by mail that applications wait; 0: never
) STRICT;

-- The size of the database per day (of 86,400 s, since 1970), and its limit. One row per day, for a year.
CREATE TABLE IF NOT EXISTS database_sizes (
  day   INTEGER PRIMARY KEY,
  bytes INTEGER NOT NULL,
  most  INTEGER NOT NULL                       -- by the Workers plan
) STRICT;

-- Outcomes of requests for tokens, by day, for 90 days: `client_activity` summed by the schedule, so that charts cost the same
-- however many applications there are.
CREATE TABLE IF NOT EXISTS daily_tokens (
  day       INTEGER NOT NULL,                  -- since 1970, UTC
  client_id TEXT NOT NULL,                     -- '': the whole server; others are those that asked most, gone or not
  issued    INTEGER NOT NULL,
  refused   INTEGER NOT NULL,
  PRIMARY KEY (day, client_id)
) STRICT, WITHOUT ROWID;

-- Security events. Never a secret, a code or a token.
CREATE TABLE IF NOT EXISTS audit_events (
  id        TEXT PRIMARY KEY,                  -- id of the attempt: written twice, it is one row
  at        INTEGER NOT NULL,
  type      TEXT NOT NULL,
  reference TEXT NOT NULL,                     -- the reference id of the request
  user_id   TEXT,
  client_id TEXT,
  detail    TEXT,
  number    INTEGER,                           -- place in the chain; NULL until it is sealed
  seal      TEXT,                              -- HMAC over this event, its number and the previous seal
  subject_id TEXT                              -- the person an administrative act was done to
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS audit_events_by_time ON audit_events (at, id);
CREATE INDEX IF NOT EXISTS audit_events_by_user ON audit_events (user_id, at, id);
CREATE INDEX IF NOT EXISTS audit_events_by_subject ON audit_events (subject_id, at, id) WHERE subject_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS audit_events_by_type ON audit_events (type, at, id);
CREATE INDEX IF NOT EXISTS audit_events_by_client ON audit_events (client_id, at, id) WHERE client_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS audit_events_by_number ON audit_events (number) WHERE number IS NOT NULL;
CREATE INDEX IF NOT EXISTS audit_events_unsealed ON audit_events (at, id) WHERE number IS NULL;

-- Where the chain of the audit log ends. One row.
CREATE TABLE IF NOT EXISTS audit_heads (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  number    INTEGER NOT NULL,
  seal      TEXT NOT NULL,                     -- of the event with this number: who extends the chain from here, wins
  sealed_at INTEGER NOT NULL,
  mac       TEXT NOT NULL                      -- HMAC over all of it
) STRICT;

-- Where the chain of the audit log begins, once the events before were deleted for their age. One row.
CREATE TABLE IF NOT EXISTS audit_starts (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  number     INTEGER NOT NULL,
  seal       TEXT NOT NULL,                    -- of the last event that is gone: the first one that is left is linked to it
  retired_at INTEGER NOT NULL,
  mac        TEXT NOT NULL                     -- HMAC over all of it
) STRICT;

-- Parts of the audit log that were sealed under an earlier secret, up to this event.
CREATE TABLE IF NOT EXISTS audit_parts (
  number    INTEGER PRIMARY KEY,
  seal      TEXT NOT NULL,                     -- of the last event of the part
  sealed    TEXT NOT NULL,                     -- the key that verifies it, AES-GCM under the key-encryption secret
  closed_at INTEGER NOT NULL
) STRICT;

-- Keys that outlive the secret that they were derived from, AES-GCM under the newest.
CREATE TABLE IF NOT EXISTS kept_keys (
  name   TEXT PRIMARY KEY,
  sealed TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Since when each key-encryption secret is in use: when the one before may go follows from it.
CREATE TABLE IF NOT EXISTS used_secrets (
  id            TEXT PRIMARY KEY,              -- eight characters that say nothing of it
  first_used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Events by day (of 86,400 s) and type. Those of the audit log are counted once, when they are sealed; what anybody can cause,
-- like a wrong password, is counted here alone.
CREATE TABLE IF NOT EXISTS event_counts (
  day       INTEGER NOT NULL,
  type      TEXT NOT NULL,
  events    INTEGER NOT NULL,
  reference TEXT,                              -- of the last request that is counted without an event, once
  PRIMARY KEY (day, type)
) STRICT, WITHOUT ROWID;

-- Types of rich authorization requests (RFC 9396).
CREATE TABLE IF NOT EXISTS authorization_details_types (
  type   TEXT PRIMARY KEY,
  title  TEXT NOT NULL,                        -- the heading of each item, for people
  schema TEXT NOT NULL                         -- JSON Schema of its members
) STRICT, WITHOUT ROWID;
