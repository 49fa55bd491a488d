-- The audit log is a chain of MACs, counted by day; logout notices that were given up are found by an index.

ALTER TABLE audit_events ADD COLUMN number INTEGER;
ALTER TABLE audit_events ADD COLUMN seal TEXT;
CREATE INDEX audit_events_by_number ON audit_events (number) WHERE number IS NOT NULL;
CREATE INDEX audit_events_unsealed ON audit_events (at, id) WHERE number IS NULL;

CREATE TABLE audit_heads (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  number    INTEGER NOT NULL,
  seal      TEXT NOT NULL,
  sealed_at INTEGER NOT NULL,
  mac       TEXT NOT NULL
) STRICT;

CREATE TABLE event_counts (
  day    INTEGER NOT NULL,
  type   TEXT NOT NULL,
  events INTEGER NOT NULL,
  PRIMARY KEY (day, type)
) STRICT, WITHOUT ROWID;

CREATE INDEX logout_deliveries_given_up ON logout_deliveries (created_at)
  WHERE next_attempt_at IS NULL AND delivered_at IS NULL;
