-- Clients that registered themselves where an administrator has to look at each.
ALTER TABLE clients ADD COLUMN approval TEXT CHECK (approval IN ('waiting', 'refused'));
CREATE INDEX clients_waiting ON clients (name_key, id) WHERE approval = 'waiting';
