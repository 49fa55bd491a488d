-- An application may use several grants.
ALTER TABLE clients ADD COLUMN grants TEXT NOT NULL DEFAULT '';

-- Devices that wait for a person to answer (RFC 8628).
CREATE TABLE device_requests (
  device_code_hash TEXT PRIMARY KEY,
  user_code_hash   TEXT NOT NULL UNIQUE,
  client_id        TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  scope            TEXT NOT NULL,
  resources        TEXT NOT NULL,
  poll_interval    INTEGER NOT NULL,
  place            TEXT,
  origin           TEXT NOT NULL,
  created_at       INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL,
  polled_at        INTEGER,
  decided_at       INTEGER,
  decided_by       TEXT,
  authorization_id TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX device_requests_by_expiry ON device_requests (expires_at);
CREATE INDEX device_requests_by_origin ON device_requests (origin, expires_at);
CREATE INDEX device_requests_by_client ON device_requests (client_id);
