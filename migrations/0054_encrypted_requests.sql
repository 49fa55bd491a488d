-- Whether any client encrypts its requests: until then no key for that is made.
CREATE INDEX clients_by_rsa_requests ON clients (id) WHERE instr(openid, '"request_object_encryption_alg":"RSA') > 0;
CREATE INDEX clients_by_ecdh_requests ON clients (id) WHERE instr(openid, '"request_object_encryption_alg":"ECDH') > 0;
