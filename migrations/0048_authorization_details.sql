-- Rich authorization requests (RFC 9396): the types, and what a person authorized.
CREATE TABLE IF NOT EXISTS authorization_details_types (
  type   TEXT PRIMARY KEY,
  title  TEXT NOT NULL,
  schema TEXT NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE authorizations ADD COLUMN authorization_details TEXT;
