-- The whole schema as it is today, to be read. Databases come here by migrations/; a test says that both end the same.
-- Times are Unix seconds (`_at`). Secrets are only here as base64url(SHA-256) (`_hash`).

CREATE TABLE IF NOT EXISTS users (
  id            TEXT PRIMARY KEY,              -- random; the `sub` of every token
  username      TEXT NOT NULL,                 -- as the person typed it
  username_key  TEXT NOT NULL UNIQUE,          -- NFKC, lower case: what is compared
  email         TEXT,
  password_hash TEXT NOT NULL,                 -- argon2id, PHC string; '': none; until they sign in, that of another server
  role          TEXT NOT NULL CHECK (role IN ('administrator', 'support', 'developer', 'user')),
  created_at    INTEGER NOT NULL,
  suspended_at  INTEGER,                       -- while set: no sign-in, and no token of theirs is good
  email_verified_at INTEGER,                   -- when somebody showed that mail to it reaches them
  profile       TEXT NOT NULL DEFAULT '{}',    -- JSON: the claims of OIDC Core §5.1 that people say of themselves
  groups        TEXT NOT NULL DEFAULT '[]',    -- JSON array of strings
  updated_at    INTEGER NOT NULL DEFAULT 0,    -- of the profile
  review_since  INTEGER,                       -- of the password reset after which nobody has looked at the other ways in
  username_skeleton TEXT,                      -- the same for two names that look alike; NULL until the schedule comes by
  language      TEXT,                          -- the one they chose last, or else that of the pages when they signed in
  language_chosen_at INTEGER NOT NULL DEFAULT 0, -- 0: it was not chosen
  username_fault TEXT                          -- what breaks the rule of names; '': nothing; NULL until the schedule comes by
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS users_administrators ON users (role) WHERE role = 'administrator';
CREATE INDEX IF NOT EXISTS users_by_skeleton ON users (username_skeleton);
CREATE INDEX IF NOT EXISTS users_unchecked ON users (id) WHERE username_fault IS NULL;
CREATE INDEX IF NOT EXISTS users_by_fault ON users (username_fault) WHERE username_fault <> '';
-- The kinds of passwords that came from other servers: each sign-in does the work of each.
CREATE INDEX IF NOT EXISTS users_by_imported_password ON users (substr(password_hash, 1, instr(password_hash, '$') - 1))
  WHERE password_hash >= 'a';

-- Anybody may claim an address; it is proven by one account only.
CREATE INDEX IF NOT EXISTS users_by_email ON users (lower(email), created_at);
CREATE UNIQUE INDEX IF NOT EXISTS users_by_proven_email ON users (lower(email)) WHERE email_verified_at IS NOT NULL;

-- Accounts that people created themselves, until they are used or expire.
CREATE TABLE IF NOT EXISTS sign_ups (
  user_id    TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  used       INTEGER NOT NULL DEFAULT 0        -- 1: somebody came back to it
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS sign_ups_by_time ON sign_ups (created_at);

-- What people are found by: parts of their names and addresses, without accents and case. It follows from `users`.
CREATE TABLE IF NOT EXISTS user_terms (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  field   TEXT NOT NULL CHECK (field IN ('username', 'email', 'profile')),
  term    TEXT NOT NULL,                       -- some letters from one place on, or a space and the beginning of a word
  PRIMARY KEY (user_id, field, term)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS user_terms_by_term ON user_terms (term, user_id);

-- How far the schedule has come that makes them for people from before, in the order of ids. One row.
CREATE TABLE IF NOT EXISTS term_fills (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  after TEXT NOT NULL                          -- the id of the last one
) STRICT;

-- Links for the first administrator. Dead as soon as one exists.
CREATE TABLE IF NOT EXISTS setup_tokens (
  token_hash TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS sessions (
  id_hash          TEXT PRIMARY KEY,
  user_id          TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  sid              TEXT NOT NULL,              -- the session as clients are told it; kept when the same person signs in again
  amr              TEXT NOT NULL,              -- JSON array: how they signed in (RFC 8176)
  authenticated_at INTEGER NOT NULL,           -- `auth_time`
  last_seen_at     INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL,           -- absolute
  user_agent       TEXT                        -- as the browser called itself at sign-in, at most 300 characters
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS sessions_by_sid ON sessions (sid);
CREATE INDEX IF NOT EXISTS sessions_by_user ON sessions (user_id, last_seen_at);
CREATE INDEX IF NOT EXISTS sessions_by_expiry ON sessions (expires_at);
CREATE INDEX IF NOT EXISTS sessions_by_use ON sessions (last_seen_at);

-- Attempts since the last success: at accounts, from address blocks, to mailboxes, and by pairs of them.
CREATE TABLE IF NOT EXISTS sign_in_attempts (
  subject      TEXT PRIMARY KEY,               -- a kind and hashes, like 'account-block:…:…'
  attempts     INTEGER NOT NULL,
  attempted_at INTEGER NOT NULL,
  locked_until INTEGER NOT NULL,               -- an attempt before this is refused
  claimed_by   TEXT NOT NULL,                  -- id of the attempt that was counted last
  forgotten_at INTEGER NOT NULL DEFAULT 0      -- from then on as if nothing had been tried
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS sign_in_attempts_by_time ON sign_in_attempts (attempted_at);
CREATE INDEX IF NOT EXISTS sign_in_attempts_by_end ON sign_in_attempts (forgotten_at);

-- Wrong passwords and codes since the last right one. However many there are: one row a person and kind.
CREATE TABLE IF NOT EXISTS failed_tries (
  user_id   TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind      TEXT NOT NULL CHECK (kind IN ('password', 'code')),
  counted   INTEGER NOT NULL,
  last_at   INTEGER NOT NULL,
  locked_at INTEGER,                           -- when too many of them began a lock, which is an event
  reference TEXT NOT NULL,                     -- of the last one's request, which is counted once
  PRIMARY KEY (user_id, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS failed_tries_by_time ON failed_tries (last_at);

-- Sign-ins that wait for a second factor. No session: nothing but the page that asks for the code looks here.
CREATE TABLE IF NOT EXISTS pending_sign_ins (
  id_hash       TEXT PRIMARY KEY,
  user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  password_hash TEXT NOT NULL,                 -- the one that was right: changed in the meantime, it lets nobody in
  expires_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS pending_sign_ins_by_user ON pending_sign_ins (user_id);
CREATE INDEX IF NOT EXISTS pending_sign_ins_by_expiry ON pending_sign_ins (expires_at);

-- Authenticator apps (RFC 6238), one a person at most.
CREATE TABLE IF NOT EXISTS authenticators (
  user_id    TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  sealed_key TEXT NOT NULL,                    -- AES-GCM under the key-encryption secret
  made_by    TEXT NOT NULL,                    -- id of the attempt that set it up
  created_at INTEGER NOT NULL,
  last_step  INTEGER NOT NULL,                 -- of the last code that was used: only later ones are good
  claimed_by TEXT NOT NULL,                    -- id of the attempt that used it
  trusted_at INTEGER NOT NULL DEFAULT 0,       -- a password reset before this doubts it
  doubted    INTEGER NOT NULL DEFAULT 0        -- 1: lets nobody in before its owner keeps it
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS authenticators_by_secret ON authenticators (substr(sealed_key, 1, 9));

CREATE TABLE IF NOT EXISTS recovery_codes (
  user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  code_hash  TEXT NOT NULL,                    -- HMAC under the key-encryption secret: the codes are short
  made_by    TEXT NOT NULL,                    -- id of the attempt that made all ten
  created_at INTEGER NOT NULL,
  used_at    INTEGER,
  used_by    TEXT,                             -- id of the attempt that used it
  secret_id  TEXT,                             -- of the secret that `code_hash` is made under; NULL: not noted yet
  PRIMARY KEY (user_id, code_hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS recovery_codes_by_secret ON recovery_codes (ifnull(secret_id, '')) WHERE used_at IS NULL;

-- Factors that somebody says they lost. One row a person; removed at the first sign-in by password after its time.
CREATE TABLE IF NOT EXISTS factor_removals (
  user_id  TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  asked_at INTEGER NOT NULL,                   -- what was set up later stays
  due_at   INTEGER NOT NULL,
  asked_by TEXT NOT NULL                       -- id of the attempt
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS factor_removals_by_time ON factor_removals (due_at);

-- Passkeys (Web Authentication).
CREATE TABLE IF NOT EXISTS passkeys (
  id            TEXT PRIMARY KEY,              -- of the attempt that made it; in our URLs
  user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  credential_id TEXT NOT NULL UNIQUE,          -- as the authenticator knows it, base64url
  name          TEXT NOT NULL,
  public_key    TEXT NOT NULL,                 -- JWK
  counter       INTEGER NOT NULL,              -- of the authenticator: grows with each use, or stays 0
  backed_up     INTEGER NOT NULL,              -- 1: copied to other devices of the person
  claimed_by    TEXT NOT NULL,                 -- id of the attempt that used it last
  created_at    INTEGER NOT NULL,
  last_used_at  INTEGER,
  trusted_at    INTEGER NOT NULL DEFAULT 0,    -- a password reset before this doubts it
  doubted       INTEGER NOT NULL DEFAULT 0     -- 1: lets nobody in before its owner keeps it
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS passkeys_by_user ON passkeys (user_id, created_at, id);

-- Challenges that were answered, assertions of other servers, and DPoP proofs: each is good once. Challenges that were not are nowhere.
CREATE TABLE IF NOT EXISTS used_challenges (
  id         TEXT PRIMARY KEY,
  claimed_by TEXT NOT NULL,                    -- id of the attempt that was first
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS used_challenges_by_expiry ON used_challenges (expires_at);

-- Links that were mailed: each good once, for an hour. Of one purpose a user has one, the newest.
CREATE TABLE IF NOT EXISTS mail_tokens (
  token_hash TEXT PRIMARY KEY,
  purpose    TEXT NOT NULL CHECK (purpose IN ('password_reset', 'email_verification', 'email_change')),
  user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  email      TEXT NOT NULL,                    -- where it was sent
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_by    TEXT                              -- id of the attempt that used it
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS mail_tokens_by_user ON mail_tokens (user_id, purpose);
CREATE INDEX IF NOT EXISTS mail_tokens_by_expiry ON mail_tokens (expires_at);

-- Who may sign up although not everybody may: each good once, for a week.
CREATE TABLE IF NOT EXISTS invitations (
  id         TEXT PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  email      TEXT NOT NULL,
  was_mailed INTEGER NOT NULL,                 -- 1: whoever has the link can read mail to the address
  invited_by TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_by    TEXT                              -- id of the user that it made
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS invitations_by_inviter ON invitations (invited_by);
CREATE INDEX IF NOT EXISTS invitations_by_expiry ON invitations (expires_at);
CREATE INDEX IF NOT EXISTS invitations_open ON invitations (created_at, id) WHERE used_by IS NULL;

-- Mails of a server in development, which sends none. For a day.
CREATE TABLE IF NOT EXISTS outbox (
  number     INTEGER PRIMARY KEY,              -- in the order in which they came
  id         TEXT NOT NULL UNIQUE,             -- of the attempt: written twice, it is there once
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
  name_key                  TEXT NOT NULL,     -- NFKC, lower case: what is searched
  type                      TEXT NOT NULL CHECK (type IN ('confidential', 'public')),
  grant_type                TEXT NOT NULL CHECK (grant_type IN ('authorization-code', 'client-credentials')),
  redirect_uris             TEXT NOT NULL,     -- JSON array of strings
  post_logout_redirect_uris TEXT NOT NULL,     -- JSON array of strings
  allowed_origins           TEXT NOT NULL,     -- JSON array of strings, as registered
  scope                     TEXT NOT NULL,     -- what it may ask for
  access_token_format       TEXT NOT NULL CHECK (access_token_format IN ('jwt', 'opaque')),
  access_token_lifetime     INTEGER,           -- seconds; NULL: the server's
  refresh_idle_lifetime     INTEGER,
  refresh_absolute_lifetime INTEGER,
  jwks                      TEXT,              -- with one of these it authenticates by private_key_jwt
  jwks_uri                  TEXT,
  openid                    TEXT NOT NULL,     -- JSON: what OpenID Connect adds to its registration
  created_at                INTEGER NOT NULL,
  updated_at                INTEGER NOT NULL,  -- of two changes in one second, later with each
  suspended_at              INTEGER,           -- while set: no new token, and none of its tokens is good
  trust                     TEXT NOT NULL DEFAULT 'unverified' -- what an administrator says of who runs it
    CHECK (trust IN ('unverified', 'verified', 'first-party')),
  last_used_at              INTEGER,           -- to the hour
  grants                    TEXT NOT NULL DEFAULT '', -- every grant it is registered for, the main one first; '': grant_type alone
  awaits_owner              INTEGER NOT NULL DEFAULT 0, -- 1: suspended until its owner has looked at it
  introspects               TEXT NOT NULL DEFAULT 'all' -- which tokens it may look at; 'all': it is from before APIs named who may
    CHECK (introspects IN ('own', 'all')),
  registered_by             TEXT NOT NULL DEFAULT 'person' CHECK (registered_by IN ('person', 'itself', 'document')), -- RFC 7591
  approval                  TEXT CHECK (approval IN ('waiting', 'refused')) -- while set, it is suspended until an administrator approves it
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS clients_by_owner ON clients (owner_id, name_key, id);
CREATE INDEX IF NOT EXISTS clients_by_name ON clients (name_key, id);
-- Whether anything is signed with EdDSA or PS256: until then no such key is made.
CREATE INDEX IF NOT EXISTS clients_by_eddsa ON clients (id) WHERE instr(openid, '"EdDSA"') > 0;
CREATE INDEX IF NOT EXISTS clients_by_ps ON clients (id) WHERE instr(openid, '"PS256"') > 0;
-- Whether any application gets opaque tokens: health asks, and must not look at each application.
CREATE INDEX IF NOT EXISTS clients_by_opaque ON clients (id) WHERE access_token_format = 'opaque';
-- The names that no unverified client should look like.
CREATE INDEX IF NOT EXISTS clients_trusted ON clients (trust, name) WHERE trust <> 'unverified';
-- The queue of those that wait for an administrator.
CREATE INDEX IF NOT EXISTS clients_waiting ON clients (name_key, id) WHERE approval = 'waiting';

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

-- Clients that registered themselves (RFC 7591), beside what every client has.
CREATE TABLE IF NOT EXISTS client_registrations (
  client_id   TEXT PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
  token_hash  TEXT NOT NULL,                   -- of the registration access token (RFC 7592)
  auth_method TEXT NOT NULL,                   -- token_endpoint_auth_method
  told        TEXT NOT NULL,                   -- JSON: what it says of itself, to be told again
  origin      TEXT NOT NULL,                   -- hashes of its site and its address block, with a dot between
  created_at  INTEGER NOT NULL,
  settled     INTEGER NOT NULL DEFAULT 0       -- 1: it was used in its first week, and stays
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS client_registrations_by_origin ON client_registrations (origin, created_at);
CREATE INDEX IF NOT EXISTS client_registrations_unsettled ON client_registrations (created_at) WHERE settled = 0;

-- Client assertions (RFC 7523) that were shown: each is good once.
CREATE TABLE IF NOT EXISTS used_assertions (
  client_id  TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  jti_hash   TEXT NOT NULL,
  claimed_by TEXT NOT NULL,                    -- id of the attempt that was first
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (client_id, jti_hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS used_assertions_by_expiry ON used_assertions (expires_at);

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

-- What became of its requests at the token endpoint, of 14 days. However many there are: one row a day and outcome.
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
  access_token_lifetime INTEGER,               -- seconds; NULL: as for every token
  created_at            INTEGER NOT NULL,
  access_token_alg      TEXT NOT NULL DEFAULT 'ES256' -- what its access tokens are signed with
    CHECK (access_token_alg IN ('ES256', 'RS256', 'PS256', 'EdDSA')),
  access_token_typ      TEXT NOT NULL DEFAULT 'at+jwt' -- 'JWT': an API that does not know RFC 9068
    CHECK (access_token_typ IN ('at+jwt', 'JWT'))
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS resources_by_eddsa ON resources (identifier) WHERE access_token_alg = 'EdDSA';
CREATE INDEX IF NOT EXISTS resources_by_ps ON resources (identifier) WHERE access_token_alg = 'PS256';

CREATE INDEX IF NOT EXISTS resources_by_spelling ON resources (identifier COLLATE NOCASE);

CREATE TABLE IF NOT EXISTS scopes (
  name        TEXT PRIMARY KEY,
  description TEXT NOT NULL,                   -- what it lets an application do, in people's words
  resource    TEXT REFERENCES resources (identifier) ON DELETE CASCADE,
  restricted  INTEGER NOT NULL DEFAULT 0       -- 1: only an administrator may allow it to an application
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS scopes_by_resource ON scopes (resource);

-- When a scope was last deleted: later authorizations need not be compared with the scopes there are. One row; without it, all are.
CREATE TABLE IF NOT EXISTS scope_deletions (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL
) STRICT;

INSERT INTO scope_deletions (id, at) VALUES (1, 0) ON CONFLICT DO NOTHING;

-- Applications that an API lets check its tokens (RFC 7662). Scope `introspection` sees all tokens without a row here.
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

-- Other authorization servers (RFC 8693, RFC 7523): whose JWTs are taken here, and that identity assertions are issued for.
CREATE TABLE IF NOT EXISTS other_servers (
  issuer          TEXT PRIMARY KEY,
  name            TEXT NOT NULL,
  jwks_uri        TEXT,                        -- NULL: nothing that it signs is taken
  audience        TEXT,                        -- `aud` of its tokens that may be exchanged; NULL: our issuer
  user_field      TEXT NOT NULL CHECK (user_field IN ('id', 'username', 'email')), -- what people are found by
  user_claim      TEXT NOT NULL,               -- the claim that is compared with it
  assertion_scope TEXT NOT NULL,               -- what our applications may ask for in an assertion for it
  created_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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

-- Devices that wait for a person to answer (RFC 8628), and the answers until they expire.
CREATE TABLE IF NOT EXISTS device_requests (
  device_code_hash TEXT PRIMARY KEY,
  user_code_hash   TEXT NOT NULL UNIQUE,       -- HMAC under the key-encryption secret: the code is short
  client_id        TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  scope            TEXT NOT NULL,
  resources        TEXT NOT NULL,              -- JSON array of identifiers; empty: the issuer itself
  poll_interval    INTEGER NOT NULL,           -- seconds
  place            TEXT,                       -- where the device is, in words
  origin           TEXT NOT NULL,              -- hashes of its site and its address block, with a dot between
  created_at       INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL,
  polled_at        INTEGER,
  decided_at       INTEGER,
  decided_by       TEXT,                       -- id of the attempt that gave the answer
  authorization_id TEXT                        -- NULL with decided_at: the person said no
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS device_requests_by_expiry ON device_requests (expires_at);
CREATE INDEX IF NOT EXISTS device_requests_by_origin ON device_requests (origin, expires_at);
CREATE INDEX IF NOT EXISTS device_requests_by_client ON device_requests (client_id);

-- Authorization requests that clients pushed (RFC 9126) and nobody has completed yet.
CREATE TABLE IF NOT EXISTS pushed_requests (
  request_uri_hash TEXT PRIMARY KEY,
  client_id        TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  query            TEXT NOT NULL,              -- the parameters, without what authenticated the client
  origin           TEXT NOT NULL,              -- hashes of a site and an address block, with a dot between; of a client with a secret: its ID
  visited          INTEGER NOT NULL DEFAULT 0, -- 1: somebody came with it in time
  expires_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS pushed_requests_by_expiry ON pushed_requests (expires_at);
CREATE INDEX IF NOT EXISTS pushed_requests_by_origin ON pushed_requests (origin, expires_at);
CREATE INDEX IF NOT EXISTS pushed_requests_by_client ON pushed_requests (client_id);

-- What a user allowed a client, wherever its answers were sent.
CREATE TABLE IF NOT EXISTS consents (
  user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  client_id     TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  scope         TEXT NOT NULL,                 -- every scope allowed so far
  redirect_host TEXT NOT NULL,                 -- the last time; '': nobody asked them
  client_name   TEXT NOT NULL,                 -- the last time
  granted_at    INTEGER NOT NULL,              -- the last time
  created_at    INTEGER NOT NULL,              -- the first time
  issued        INTEGER NOT NULL DEFAULT 0,    -- not counted any more: code of before did
  PRIMARY KEY (user_id, client_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS consents_by_user ON consents (user_id, created_at, client_id);
CREATE INDEX IF NOT EXISTS consents_by_client ON consents (client_id);

-- For each host that answers were sent to: what a person was shown when they allowed it.
CREATE TABLE IF NOT EXISTS consent_hosts (
  user_id       TEXT NOT NULL,
  client_id     TEXT NOT NULL,
  redirect_host TEXT NOT NULL,                 -- '': nobody asked them
  scope         TEXT NOT NULL,                 -- every scope allowed there so far
  client_name   TEXT NOT NULL,
  trust         TEXT NOT NULL CHECK (trust IN ('unverified', 'verified', 'first-party')),
  granted_at    INTEGER NOT NULL,              -- the last time
  PRIMARY KEY (user_id, client_id, redirect_host),
  FOREIGN KEY (user_id, client_id) REFERENCES consents (user_id, client_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- One approved request: its one code, and the family of tokens that follows from it.
CREATE TABLE IF NOT EXISTS authorizations (
  id                    TEXT PRIMARY KEY,      -- 128 random bits
  client_id             TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  user_id               TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  scope                 TEXT NOT NULL,
  resources             TEXT NOT NULL,         -- JSON array of identifiers; empty: the issuer itself
  auth_time             INTEGER NOT NULL,
  sid                   TEXT NOT NULL,         -- the session it was approved in
  openid                TEXT NOT NULL,         -- JSON: nonce, acr, amr, claims that were asked for one by one
  created_at            INTEGER NOT NULL,
  -- the code
  code_hash             TEXT NOT NULL UNIQUE,
  code_challenge        TEXT,                  -- NULL: an older OpenID Connect client
  redirect_uri          TEXT NOT NULL,
  redirect_uri_sent     INTEGER NOT NULL,      -- 1: the token request must repeat it
  code_expires_at       INTEGER NOT NULL,
  redeemed_at           INTEGER,
  redeemed_by           TEXT,                  -- id of the attempt that won
  -- the refresh token
  refresh_hash          TEXT,
  previous_refresh_hash TEXT,
  refresh_salt          TEXT,                  -- made `refresh_hash` from the previous secret
  refresh_mark_key      TEXT,                  -- tells a token of this family from a made-up one
  rotated_at            INTEGER,
  -- the end
  expires_at            INTEGER NOT NULL,      -- of the code, then of the refresh token; a dead row may be purged
  ended_at              INTEGER,
  end_reason            TEXT,
  kept_until            INTEGER NOT NULL DEFAULT 0, -- when the session ends at the latest in which it was approved, as far as known
  asserted_by           TEXT,                  -- the other server whose word it rests on
  dpop_jkt              TEXT                   -- the key that its code, and a public client's refresh tokens, are bound to
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS authorizations_by_client ON authorizations (client_id);
CREATE INDEX IF NOT EXISTS authorizations_by_user ON authorizations (user_id, client_id);
CREATE INDEX IF NOT EXISTS authorizations_by_session ON authorizations (sid);
CREATE INDEX IF NOT EXISTS authorizations_asserted ON authorizations (asserted_by) WHERE asserted_by IS NOT NULL;

-- Only what can go: a code that nobody redeemed, and an authorization whose refresh token and session are over.
CREATE INDEX IF NOT EXISTS authorizations_unredeemed ON authorizations (code_expires_at) WHERE redeemed_at IS NULL;
CREATE INDEX IF NOT EXISTS authorizations_over ON authorizations (max(expires_at, kept_until)) WHERE redeemed_at IS NOT NULL;

-- Access tokens that were revoked one by one. Those of an authorization end with it, without a row here.
CREATE TABLE IF NOT EXISTS revoked_access_tokens (
  jti        TEXT PRIMARY KEY,
  expires_at INTEGER NOT NULL                  -- of the token: after this nobody accepts it anyway
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS revoked_access_tokens_by_expiry ON revoked_access_tokens (expires_at);

-- When every token that was issued until then was ended (`npm run end-everything`).
CREATE TABLE IF NOT EXISTS endings (
  at INTEGER PRIMARY KEY
) STRICT;

-- Next, current or retired: that follows from `active_at` alone. Whoever makes a generation first wins.
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

-- The same of algorithms that came later: code of before reads the other table, and would not know them.
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

-- Logout notices on their way to applications (OIDC Back-Channel Logout). One a session and application.
CREATE TABLE IF NOT EXISTS logout_deliveries (
  id              TEXT PRIMARY KEY,
  client_id       TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  user_id         TEXT NOT NULL,
  sid             TEXT NOT NULL,
  issuer          TEXT NOT NULL,
  created_at      INTEGER NOT NULL,
  attempts        INTEGER NOT NULL,
  claimed_by      TEXT,                        -- id of the run that has it
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

-- When the scheduled handler last came to its end. One row.
CREATE TABLE IF NOT EXISTS maintenance_runs (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  ran_at     INTEGER NOT NULL,
  failed     TEXT NOT NULL DEFAULT '[]',       -- JSON array: names of the steps that failed
  unfinished TEXT NOT NULL DEFAULT '[]'        -- JSON array: of those that have more to do
) STRICT;

-- How large the database was on a day (of 86,400 s, since 1970), and how large it may become. A row a day, for a year.
CREATE TABLE IF NOT EXISTS database_sizes (
  day   INTEGER PRIMARY KEY,
  bytes INTEGER NOT NULL,
  most  INTEGER NOT NULL                       -- by the plan of Workers
) STRICT;

-- What became of requests for tokens, by day, for 90 days: `client_activity` summed by the schedule, so that charts cost the same
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
  id        TEXT PRIMARY KEY,                  -- id of the attempt: written twice, it is there once
  at        INTEGER NOT NULL,
  type      TEXT NOT NULL,
  reference TEXT NOT NULL,                     -- the reference id of the request
  user_id   TEXT,
  client_id TEXT,
  detail    TEXT,
  number    INTEGER,                           -- place in the chain; NULL until the scheduled handler comes by
  seal      TEXT,                              -- HMAC over this event, its number and the seal before
  subject_id TEXT                              -- whom somebody of the administration did it to
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
