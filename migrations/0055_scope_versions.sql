-- A Worker keeps the scopes that it has read, for as long as the version stays the same. It is random, so that a database that
-- was restored never gets an earlier one again.
CREATE TABLE scope_versions (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  version TEXT NOT NULL
) STRICT;

INSERT INTO scope_versions (id, version) VALUES (1, lower(hex(randomblob(16)))) ON CONFLICT DO NOTHING;

CREATE TRIGGER scopes_inserted AFTER INSERT ON scopes BEGIN
  UPDATE scope_versions SET version = lower(hex(randomblob(16))) WHERE id = 1;
END;

CREATE TRIGGER scopes_updated AFTER UPDATE ON scopes BEGIN
  UPDATE scope_versions SET version = lower(hex(randomblob(16))) WHERE id = 1;
END;

CREATE TRIGGER scopes_deleted AFTER DELETE ON scopes BEGIN
  UPDATE scope_versions SET version = lower(hex(randomblob(16))) WHERE id = 1;
END;
