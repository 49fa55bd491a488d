-- Usernames from before the rule of names, or imported, that break it: they stay, and health reports them.
ALTER TABLE users ADD COLUMN username_fault TEXT;
CREATE INDEX users_unchecked ON users (id) WHERE username_fault IS NULL;
CREATE INDEX users_by_fault ON users (username_fault) WHERE username_fault <> '';
