-- Other authorization servers (RFC 8693, RFC 7523): whose JWTs are taken here, and that identity assertions are issued for.
CREATE TABLE other_servers (
  issuer          TEXT PRIMARY KEY,
  name            TEXT NOT NULL,
  jwks_uri        TEXT,
  audience        TEXT,
  user_field      TEXT NOT NULL CHECK (user_field IN ('id', 'username', 'email')),
  user_claim      TEXT NOT NULL,
  assertion_scope TEXT NOT NULL,
  created_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE other_server_clients (
  issuer    TEXT NOT NULL REFERENCES other_servers (issuer) ON DELETE CASCADE,
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  PRIMARY KEY (issuer, client_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX other_server_clients_by_client ON other_server_clients (client_id);

CREATE TABLE assertion_clients (
  issuer    TEXT NOT NULL REFERENCES other_servers (issuer) ON DELETE CASCADE,
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  known_as  TEXT NOT NULL,
  PRIMARY KEY (issuer, client_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX assertion_clients_by_client ON assertion_clients (client_id);

ALTER TABLE authorizations ADD COLUMN asserted_by TEXT;
CREATE INDEX authorizations_asserted ON authorizations (asserted_by) WHERE asserted_by IS NOT NULL;
