-- What became of requests for tokens, by day, of the whole server and of the applications that asked most.
CREATE TABLE daily_tokens (
  day       INTEGER NOT NULL,
  client_id TEXT NOT NULL,
  issued    INTEGER NOT NULL,
  refused   INTEGER NOT NULL,
  PRIMARY KEY (day, client_id)
) STRICT, WITHOUT ROWID;
