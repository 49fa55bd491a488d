-- For each host that answers were sent to: what a person was shown when they allowed it.
CREATE TABLE consent_hosts (
  user_id       TEXT NOT NULL,
  client_id     TEXT NOT NULL,
  redirect_host TEXT NOT NULL,                 -- '': nobody asked them
  scope         TEXT NOT NULL,                 -- every scope allowed there so far
  client_name   TEXT NOT NULL,
  trust         TEXT NOT NULL CHECK (trust IN ('unverified', 'verified', 'first-party')),
  granted_at    INTEGER NOT NULL,              -- the last time
  PRIMARY KEY (user_id, client_id, redirect_host),
  FOREIGN KEY (user_id, client_id) REFERENCES consents (user_id, client_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Nobody noted how far the application was trusted then: with the least, nobody is asked again for that reason.
INSERT INTO consent_hosts (user_id, client_id, redirect_host, scope, client_name, trust, granted_at)
SELECT user_id, client_id, redirect_host, scope, client_name, 'unverified', granted_at
FROM consents WHERE true ON CONFLICT DO NOTHING;
