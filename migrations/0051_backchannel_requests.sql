-- Requests that applications send to a person (OpenID Connect CIBA Core), beside those of devices.

ALTER TABLE device_authorizations ADD COLUMN user_id TEXT REFERENCES users (id) ON DELETE CASCADE;
ALTER TABLE device_authorizations ADD COLUMN binding_message TEXT;

CREATE INDEX IF NOT EXISTS device_authorizations_by_user ON device_authorizations (user_id, expires_at) WHERE user_id IS NOT NULL;
