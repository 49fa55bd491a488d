ALTER TABLE resources ADD COLUMN access_token_alg TEXT NOT NULL DEFAULT 'ES256' -- what its access tokens are signed with
  CHECK (access_token_alg IN ('ES256', 'RS256', 'PS256', 'EdDSA'));
ALTER TABLE resources ADD COLUMN access_token_typ TEXT NOT NULL DEFAULT 'at+jwt' -- 'JWT': an API that does not know RFC 9068
  CHECK (access_token_typ IN ('at+jwt', 'JWT'));
