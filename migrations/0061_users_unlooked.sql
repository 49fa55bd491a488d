-- People whose names were checked before 0058: the schedule looks up whether they have signed in, too.
CREATE INDEX users_unlooked ON users (id) WHERE username_fault IS NULL OR earlier_sign_in IS NULL;
DROP INDEX users_unchecked;
