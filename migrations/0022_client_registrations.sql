-- Clients that registered themselves (RFC 7591).
CREATE TABLE client_registrations (
  client_id   TEXT PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
  token_hash  TEXT NOT NULL,
  auth_method TEXT NOT NULL,
  told        TEXT NOT NULL,
  origin      TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  settled     INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX client_registrations_by_origin ON client_registrations (origin, created_at);
CREATE INDEX client_registrations_unsettled ON client_registrations (created_at) WHERE settled = 0;

ALTER TABLE clients ADD COLUMN registered_by TEXT NOT NULL DEFAULT 'person' CHECK (registered_by IN ('person', 'itself', 'document'));
