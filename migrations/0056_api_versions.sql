-- A Worker keeps the APIs of scopes, too. One that is deleted takes its scopes along, and a new one has none yet.
CREATE TRIGGER resources_updated AFTER UPDATE ON resources BEGIN
  UPDATE scope_versions SET version = lower(hex(randomblob(16))) WHERE id = 1;
END;
