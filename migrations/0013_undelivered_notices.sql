-- The page of an application shows the notices that did not arrive.
CREATE INDEX IF NOT EXISTS logout_deliveries_failed ON logout_deliveries (client_id, created_at) WHERE last_error IS NOT NULL;
