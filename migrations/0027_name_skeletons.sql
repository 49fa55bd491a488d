-- What two usernames that look alike have in common. The schedule fills it for those from before.
ALTER TABLE users ADD COLUMN username_skeleton TEXT;

CREATE INDEX users_by_skeleton ON users (username_skeleton);
