ALTER TABLE clients ADD COLUMN last_used_at INTEGER; -- to the hour

-- What became of its requests at the token endpoint, of 14 days. However many there are: one row a day and outcome.
CREATE TABLE client_activity (
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  day       INTEGER NOT NULL,                  -- since 1970, UTC
  outcome   TEXT NOT NULL,                     -- 'issued', or the error
  counted   INTEGER NOT NULL,
  noted_at  INTEGER NOT NULL,                  -- of the last one
  reason    TEXT,                              -- of the last one, as in the log
  reference TEXT NOT NULL,                     -- of the last one's request, which is counted once
  PRIMARY KEY (client_id, day, outcome)
) STRICT, WITHOUT ROWID;

CREATE INDEX client_activity_by_day ON client_activity (day);
