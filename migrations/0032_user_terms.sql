-- What people are found by. The schedule fills it for those from before.
CREATE TABLE user_terms (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  field   TEXT NOT NULL CHECK (field IN ('username', 'email', 'profile')),
  term    TEXT NOT NULL,
  PRIMARY KEY (user_id, field, term)
) STRICT, WITHOUT ROWID;

CREATE INDEX user_terms_by_term ON user_terms (term, user_id);

CREATE TABLE term_fills (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  after TEXT NOT NULL
) STRICT;
