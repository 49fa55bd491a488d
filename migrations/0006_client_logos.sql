-- Pictures of clients, as they were uploaded.
CREATE TABLE client_logos (
  client_id TEXT PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
  hash      TEXT NOT NULL,                     -- base64url(SHA-256) of the bytes: part of its URL
  type      TEXT NOT NULL CHECK (type IN ('image/png', 'image/jpeg', 'image/webp')),
  content   TEXT NOT NULL                      -- base64
) STRICT;
