-- Until when the session lasts at most in which it was approved, as far as known: until then its row is needed for its end.
ALTER TABLE authorizations ADD COLUMN kept_until INTEGER NOT NULL DEFAULT 0;

-- Only what can go: a code that nobody redeemed, and an authorization whose refresh token and session are over.
CREATE INDEX authorizations_unredeemed ON authorizations (code_expires_at) WHERE redeemed_at IS NULL;
CREATE INDEX authorizations_over ON authorizations (max(expires_at, kept_until)) WHERE redeemed_at IS NOT NULL;
DROP INDEX authorizations_by_expiry;

-- How many authorizations followed: after each so many, those beyond what a person may have are looked for.
ALTER TABLE consents ADD COLUMN issued INTEGER NOT NULL DEFAULT 0;
