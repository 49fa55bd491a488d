#!/bin/sh
# @openid-federation/core 0.2.1: it drops an OAuth authorization server's metadata, and refuses a configuration with a trust mark.
#
# Expected: fetchEntityConfiguration() returns the metadata that was signed, for `oauth_authorization_server` (OpenID Federation §5.1.4) as for
# `openid_provider`; a trust mark is an object with `trust_mark_type` and `trust_mark` (§3), which the application may look at.
# Seen: `openid_provider` is whole, while `issuer` and `token_endpoint` of the authorization server are gone without an error, as are members of
# `oauth_client` and `oauth_resource`. With a trust mark it is an exception: the library wants the name of early drafts, `id`. An entity
# that is an OpenID provider and has no trust marks can be read; the others should be read by `jose` from the signed text.
#
# Prints the metadata of each type and the outcome of a trust mark, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @openid-federation/core@0.2.1 jose@6.2.18
cat > run.mjs <<'JS'
import { fetchEntityConfiguration } from '@openid-federation/core'
import { compactVerify, exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose'

const { publicKey, privateKey } = await generateKeyPair('ES256')
const jwk = { ...(await exportJWK(publicKey)), kid: '1', alg: 'ES256' }
const issuer = 'https://issuer.example'
const sign = (typ, claims) => new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: '1', typ }).setIssuedAt().setExpirationTime('1h').sign(privateKey)

async function read(claims) {
  const signed = await sign('entity-statement+jwt', { iss: issuer, sub: issuer, jwks: { keys: [jwk] }, ...claims })
  return fetchEntityConfiguration({
    entityId: issuer,
    fetchCallback: async () => new Response(signed, { headers: { 'content-type': 'application/entity-statement+jwt' } }),
    verifyJwtCallback: async ({ jwt, jwk }) => Boolean(await compactVerify(jwt, await importJWK(jwk))),
  })
}
const server = { issuer, token_endpoint: `${issuer}/token`, organization_name: 'Issuer' }
const { metadata } = await read({
  metadata: {
    openid_provider: { ...server, client_registration_types_supported: ['automatic'] },
    oauth_authorization_server: server,
    oauth_resource: { resource: 'https://api.example' },
  },
})
for (const [type, members] of Object.entries(metadata)) console.log(`${type}: ${Object.keys(members).sort()}`)

const trust_mark_type = `${issuer}/member`
const trust_mark = await sign('trust-mark+jwt', { iss: issuer, sub: issuer, trust_mark_type })
const outcome = await read({ trust_marks: [{ trust_mark_type, trust_mark }] }).then(
  () => 'accepted',
  (error) => error.message,
)
console.log(`with a trust mark: ${outcome}`)
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'openid_provider: client_registration_types_supported,issuer,organization_name,token_endpoint
oauth_authorization_server: organization_name
oauth_resource: 
with a trust mark: fetched entity configuration JWT is invalid' ]
