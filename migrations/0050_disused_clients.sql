-- Applications that registered or published themselves, by their last use: those that nobody uses any more are deleted.
CREATE INDEX IF NOT EXISTS clients_disused ON clients (ifnull(last_used_at, created_at))
  WHERE registered_by <> 'person' AND suspended_at IS NULL AND trust = 'unverified';
