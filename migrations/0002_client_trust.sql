ALTER TABLE clients ADD COLUMN trust TEXT NOT NULL DEFAULT 'unverified' -- what an administrator says of who runs it
  CHECK (trust IN ('unverified', 'verified', 'first-party'));
