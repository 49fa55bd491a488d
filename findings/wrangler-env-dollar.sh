#!/bin/sh
# wrangler 4.164.0: a `$` in a local secret is replaced in `.env`, also between single quotes, and kept in `.dev.vars`.
#
# Expected: the two files of local secrets are read alike, so moving one to the other name changes nothing, and single quotes keep a value as it is,
# as a shell does it.
# Seen: in `.env` every `$name` is replaced by a variable of this name, or by nothing: an Argon2id or bcrypt hash loses its algorithm and salt,
# a client secret its end, and the Worker starts without a warning. A backslash before the `$` keeps it, and stays in the value when the
# line is copied to `.dev.vars`. In both a value without quotes ends at a `#`.
#
# Prints the values that a Worker gets from each file, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export WRANGLER_SEND_METRICS=false CI=true
npm init -y >/dev/null
npm install --silent --no-audit --no-fund wrangler@4.164.0
cat > run.mjs <<'JS'
import { mkdirSync, writeFileSync } from 'node:fs'
import { getPlatformProxy } from 'wrangler'

const lines = [
  'BARE=$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
  "SINGLE='$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA'",
  "ESCAPED='\\$argon2id'",
  'SECRET=pa$$word',
  'HASH=abc#def',
]
for (const file of ['.dev.vars', '.env']) {
  const folder = `with${file}`
  mkdirSync(folder)
  writeFileSync(`${folder}/wrangler.toml`, 'name = "here"\ncompatibility_date = "2026-07-01"\n')
  writeFileSync(`${folder}/${file}`, `${lines.join('\n')}\n`)
  const { env, dispose } = await getPlatformProxy({ configPath: `${folder}/wrangler.toml`, persist: false })
  console.log(file)
  for (const line of lines) {
    const name = line.split('=')[0]
    console.log(`  ${name} ${env[name]}`)
  }
  await dispose()
}
process.exit()
JS
seen=$(node run.mjs 2>errors | grep -E '^(\.|  [A-Z]+ )') || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = '.dev.vars
  BARE $argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA
  SINGLE $argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA
  ESCAPED \$argon2id
  SECRET pa$$word
  HASH abc
.env
  BARE =19=19456,t=2,p=1
  SINGLE =19=19456,t=2,p=1
  ESCAPED $argon2id
  SECRET pa$
  HASH abc' ]
