-- Authorization requests that clients pushed (RFC 9126) and nobody has completed yet.
CREATE TABLE pushed_requests (
  request_uri_hash TEXT PRIMARY KEY,
  client_id        TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  query            TEXT NOT NULL,
  origin           TEXT NOT NULL,
  visited          INTEGER NOT NULL DEFAULT 0,
  expires_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at);
CREATE INDEX pushed_requests_by_origin ON pushed_requests (origin, expires_at);
CREATE INDEX pushed_requests_by_client ON pushed_requests (client_id);
