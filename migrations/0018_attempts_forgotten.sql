-- When attempts that were counted are forgotten: some are for longer than others. Those of before are forgotten at once.
ALTER TABLE sign_in_attempts ADD COLUMN forgotten_at INTEGER NOT NULL DEFAULT 0;

CREATE INDEX sign_in_attempts_by_end ON sign_in_attempts (forgotten_at);
