-- The certificate that the refresh tokens of a public client are bound to (RFC 8705 §4).
ALTER TABLE authorizations ADD COLUMN x5t_s256 TEXT;
