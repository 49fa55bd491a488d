#!/bin/sh
# argon2id 1.0.1 (OpenPGP.js): only an empty password or salt is refused, with a message that asks for eight bytes.
#
# Expected: one rule for each length. RFC 9106 §3.1 lets the message P have any length from 0 on, so an empty one is hashed; or,
# as the message of the package says, from eight bytes on, and seven are refused like none.
# Seen: an empty password is an exception, "password size should be between 8 and 4294967295 bytes"; one of a single letter is
# hashed, and a salt of one byte too. The check compares the array itself with the number 8, not its length. A server that checks what
# somebody typed at sign-in answers an error instead of "wrong" for an empty password, unless it looks at it first.
#
# Prints what happens for each length, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund argon2id@1.0.1
cat > run.mjs <<'JS'
import { readFileSync } from 'node:fs'
import setupWasm from 'argon2id/lib/setup.js'

const load = (name) => async (imports) =>
  WebAssembly.instantiate(readFileSync(`node_modules/argon2id/dist/${name}.wasm`), imports)
const argon2id = await setupWasm(load('simd'), load('no-simd'))
for (const [password, salt] of [[0, 16], [1, 16], [7, 16], [8, 16], [8, 1], [8, 0]]) {
  const bytes = (length) => new Uint8Array(length).fill(97)
  try {
    argon2id({ password: bytes(password), salt: bytes(salt), parallelism: 1, passes: 1, memorySize: 8, tagLength: 32 })
    console.log(`password ${password}, salt ${salt}: a hash`)
  } catch (error) {
    console.log(`password ${password}, salt ${salt}: ${error.message}`)
  }
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'password 0, salt 16: password size should be between 8 and 4294967295 bytes
password 1, salt 16: a hash
password 7, salt 16: a hash
password 8, salt 16: a hash
password 8, salt 1: a hash
password 8, salt 0: salt size should be between 8 and 4294967295 bytes' ]
