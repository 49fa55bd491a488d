-- Factors that somebody says they lost. One row a person; removed at the first sign-in by password after its time.
CREATE TABLE factor_removals (
  user_id  TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  asked_at INTEGER NOT NULL,                   -- what was set up later stays
  due_at   INTEGER NOT NULL,
  asked_by TEXT NOT NULL                       -- id of the attempt
) STRICT, WITHOUT ROWID;

CREATE INDEX factor_removals_by_time ON factor_removals (due_at);
