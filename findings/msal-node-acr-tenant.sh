#!/bin/sh
# @azure/msal-node 7.2.3, protocolMode OIDC: the authentication level becomes a tenant, so a step up makes a second account.
#
# Expected: with any OpenID provider, accounts are told apart by issuer and `sub`; `acr` (OpenID Connect Core §2) says how somebody signed in.
# Seen: without `tid` or `tfp`, which only one provider has, the value of `acr` is taken as `tenantId`. The same person with `acr` 1, 2 and
# none is three accounts in the cache, and the application shows or picks an old one with the tokens of the lower level.
#
# Prints the cached accounts after each sign-in, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @azure/msal-node@7.2.3
cat > run.mjs <<'JS'
import { ConfidentialClientApplication } from '@azure/msal-node'

const issuer = 'https://issuer.example'
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const answer = (body) => ({ status: 200, headers: {}, body })
let level = {}
const networkClient = {
  sendGetRequestAsync: async () =>
    answer({ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks` }),
  sendPostRequestAsync: async () => {
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: issuer, sub: 'ada', aud: 'client', iat: now, exp: now + 300, ...level }
    const id_token = `${part({ alg: 'RS256' })}.${part(claims)}.signature`
    return answer({ access_token: 'token', token_type: 'Bearer', expires_in: 300, scope: 'openid', id_token })
  },
}
const application = new ConfidentialClientApplication({
  auth: { clientId: 'client', clientSecret: 'secret', authority: issuer, knownAuthorities: ['issuer.example'] },
  system: { protocolMode: 'OIDC', networkClient },
})
for (level of [{}, { acr: '1' }, { acr: '2' }]) {
  await application.acquireTokenByCode({ scopes: ['openid'], redirectUri: 'https://client.example', code: 'code', codeVerifier: 'verifier' })
  const accounts = await application.getTokenCache().getAllAccounts()
  console.log(`${JSON.stringify(level)}: ${accounts.map(({ homeAccountId, tenantId }) => `${homeAccountId} of "${tenantId}"`).join(', ')}`)
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '{}: ada of ""
{"acr":"1"}: ada of "", ada of "1"
{"acr":"2"}: ada of "", ada of "1", ada of "2"' ]
