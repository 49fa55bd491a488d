-- A request with a DPoP proof that changes an authorization uses up its proof in the same statement.
ALTER TABLE authorizations ADD COLUMN proof TEXT;
CREATE TRIGGER proofs_used AFTER UPDATE OF proof ON authorizations WHEN NEW.proof IS NOT NULL BEGIN
  INSERT INTO used_challenges (id, claimed_by, expires_at)
    VALUES (NEW.proof ->> 0, NEW.proof ->> 1, NEW.proof ->> 2) ON CONFLICT DO NOTHING;
END;
