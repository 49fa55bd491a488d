-- Accounts that people created themselves: those that nobody confirms or uses expire.
CREATE TABLE sign_ups (
  user_id    TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  used       INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_ups_by_time ON sign_ups (created_at);
