-- Keys of PS256. They have a table of their own: `signing_keys` takes three algorithms, and code of before reads no other.
CREATE TABLE later_signing_keys (
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

-- Whether anything is signed with PS256: until then no such key is made.
CREATE INDEX clients_by_ps ON clients (id) WHERE instr(openid, '"PS256"') > 0;
CREATE INDEX resources_by_ps ON resources (identifier) WHERE access_token_alg = 'PS256';
