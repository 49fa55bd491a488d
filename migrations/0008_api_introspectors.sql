-- Applications that an API lets check its tokens (RFC 7662). Scope `introspection` sees all tokens without a row here.
CREATE TABLE api_introspectors (
  resource  TEXT NOT NULL REFERENCES resources (identifier) ON DELETE CASCADE,
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  PRIMARY KEY (resource, client_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX api_introspectors_by_client ON api_introspectors (client_id);
