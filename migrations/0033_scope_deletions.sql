-- When a scope was last deleted: later authorizations need not be compared with the scopes there are. What was deleted before
-- nobody noted: where there are authorizations, it counts as deleted now.
CREATE TABLE scope_deletions (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL
) STRICT;

INSERT INTO scope_deletions (id, at) VALUES (1, iif(EXISTS (SELECT 1 FROM authorizations), unixepoch(), 0)) ON CONFLICT DO NOTHING;
