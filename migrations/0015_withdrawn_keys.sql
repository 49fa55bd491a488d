-- A signing key that somebody else may know can be withdrawn at once.
ALTER TABLE signing_keys ADD COLUMN withdrawn_at INTEGER;
