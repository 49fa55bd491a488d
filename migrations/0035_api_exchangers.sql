-- Applications that may get tokens for an API by token exchange (RFC 8693).
CREATE TABLE api_exchangers (
  resource  TEXT NOT NULL REFERENCES resources (identifier) ON DELETE CASCADE,
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  PRIMARY KEY (resource, client_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX api_exchangers_by_client ON api_exchangers (client_id);
