-- Whether any application gets opaque tokens: health asks, and must not look at each application.
CREATE INDEX clients_by_opaque ON clients (id) WHERE access_token_format = 'opaque';
