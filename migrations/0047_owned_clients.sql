-- The applications that a person registered, for the limits: those that registered themselves belong to an administrator, too.
CREATE INDEX IF NOT EXISTS clients_owned ON clients (owner_id) WHERE registered_by = 'person';
