-- When administrators were last told by mail that applications wait for them. 0: never.
ALTER TABLE maintenance_runs ADD COLUMN queue_told_at INTEGER NOT NULL DEFAULT 0;

-- The applications that began to wait since then.
CREATE INDEX IF NOT EXISTS clients_waiting_since ON clients (updated_at) WHERE approval = 'waiting';
