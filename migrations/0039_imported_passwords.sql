-- Passwords of other servers, until their owner signs in. Our own start with a dollar.
CREATE INDEX users_by_imported_password ON users (substr(password_hash, 1, instr(password_hash, '$') - 1))
  WHERE password_hash >= 'a';
