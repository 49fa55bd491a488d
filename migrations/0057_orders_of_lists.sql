-- The orders of the lists of people, applications, APIs and other servers, besides that of names or identifiers.
CREATE INDEX IF NOT EXISTS users_by_time ON users (created_at, id);
CREATE INDEX IF NOT EXISTS clients_by_time ON clients (created_at, id);
CREATE INDEX IF NOT EXISTS clients_by_use ON clients (ifnull(last_used_at, 0), id);
CREATE INDEX IF NOT EXISTS resources_by_name ON resources (lower(name), identifier);
CREATE INDEX IF NOT EXISTS other_servers_by_name ON other_servers (lower(name), issuer);
