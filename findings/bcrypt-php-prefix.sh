#!/bin/sh
# bcrypt 6.0.0 (npm) with PHP's hashes: the prefix `$2y$` is no error, and no password matches.
#
# Expected: `$2y$`, which PHP's password_hash writes, marks the same algorithm as `$2b$`, so it is verified, or refused with an error.
# Seen: compare() answers false for the right password, so an import of accounts looks fine and nobody can sign in. With the prefix
# written as `$2b$` the same hash matches. bcryptjs 3.0.3 and Python's bcrypt 5.0.0 take both.
#
# Prints what each answers for the right password, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund bcrypt@6.0.0 bcryptjs@3.0.3
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check bcrypt==5.0.0
cat > run.mjs <<'JS'
import { execFileSync } from 'node:child_process'
import bcrypt from 'bcrypt'
import bcryptjs from 'bcryptjs'

const made = await bcrypt.hash('secret', 4)
for (const prefix of ['$2b$', '$2y$']) {
  const hash = prefix + made.slice(4)
  const python = execFileSync('bin/python', ['-c', 'import bcrypt, sys; print(bcrypt.checkpw(b"secret", sys.argv[1].encode()))', hash])
  console.log(`${prefix}: bcrypt ${await bcrypt.compare('secret', hash)}, bcryptjs ${await bcryptjs.compare('secret', hash)}, Python ${python.toString().trim()}`)
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '$2b$: bcrypt true, bcryptjs true, Python True
$2y$: bcrypt false, bcryptjs true, Python True' ]
