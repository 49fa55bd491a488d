-- Devices that wait for a person to answer (RFC 8628), and the answers until they expire. A client that is known by its
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
  authorization_id TEXT                        -- NULL with decided_at: the person denied it
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS device_authorizations_by_expiry ON device_authorizations (expires_at);
CREATE INDEX IF NOT EXISTS device_authorizations_by_origin ON device_authorizations (origin, expires_at);

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

-- Older code wrote to the tables that these two replace.
INSERT INTO device_authorizations (device_code_hash, user_code_hash, client_id, scope, resources, poll_interval, place, origin,
  created_at, expires_at, polled_at, decided_at, decided_by, authorization_id)
SELECT device_code_hash, user_code_hash, client_id, scope, resources, poll_interval, place, origin,
  created_at, expires_at, polled_at, decided_at, decided_by, authorization_id FROM device_requests WHERE true ON CONFLICT DO NOTHING;

INSERT INTO pushed_authorizations (request_uri_hash, client_id, query, origin, visited, expires_at)
SELECT request_uri_hash, client_id, query, origin, visited, expires_at FROM pushed_requests WHERE true ON CONFLICT DO NOTHING;
