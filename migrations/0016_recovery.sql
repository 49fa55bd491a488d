ALTER TABLE users ADD COLUMN review_since INTEGER; -- of the password reset after which nobody has looked at the other ways in

ALTER TABLE authenticators ADD COLUMN trusted_at INTEGER NOT NULL DEFAULT 0; -- a password reset before this doubts it
ALTER TABLE authenticators ADD COLUMN doubted INTEGER NOT NULL DEFAULT 0; -- 1: lets nobody in before its owner keeps it

ALTER TABLE passkeys ADD COLUMN trusted_at INTEGER NOT NULL DEFAULT 0; -- a password reset before this doubts it
ALTER TABLE passkeys ADD COLUMN doubted INTEGER NOT NULL DEFAULT 0; -- 1: lets nobody in before its owner keeps it

ALTER TABLE clients ADD COLUMN awaits_owner INTEGER NOT NULL DEFAULT 0; -- 1: suspended until its owner has looked at it
