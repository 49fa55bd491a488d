-- The names that no unverified client should look like.
CREATE INDEX clients_trusted ON clients (trust, name) WHERE trust <> 'unverified';
