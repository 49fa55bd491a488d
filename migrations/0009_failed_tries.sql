ALTER TABLE event_counts ADD COLUMN reference TEXT; -- of the last request that is counted without an event, once

-- Wrong passwords and codes since the last right one. However many there are: one row a person and kind.
CREATE TABLE failed_tries (
  user_id   TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind      TEXT NOT NULL CHECK (kind IN ('password', 'code')),
  counted   INTEGER NOT NULL,
  last_at   INTEGER NOT NULL,
  locked_at INTEGER,                           -- when too many of them began a lock, which is an event
  reference TEXT NOT NULL,                     -- of the last one's request, which is counted once
  PRIMARY KEY (user_id, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX failed_tries_by_time ON failed_tries (last_at);
