-- Whether anything is signed with EdDSA: until then no such key is made.
CREATE INDEX clients_by_eddsa ON clients (id) WHERE instr(openid, '"EdDSA"') > 0;
CREATE INDEX resources_by_eddsa ON resources (identifier) WHERE access_token_alg = 'EdDSA';
