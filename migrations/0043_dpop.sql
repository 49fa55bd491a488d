-- The key that an authorization's code, and for a public client its refresh tokens, are bound to (RFC 9449).
ALTER TABLE authorizations ADD COLUMN dpop_jkt TEXT;
