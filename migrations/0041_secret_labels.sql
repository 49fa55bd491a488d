-- A secret has a label, and its last four characters tell it from another one.
ALTER TABLE client_secrets ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE client_secrets ADD COLUMN last_four TEXT;
