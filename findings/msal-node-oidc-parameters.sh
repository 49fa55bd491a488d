#!/bin/sh
# @azure/msal-node 7.2.3, protocolMode OIDC: requests to any provider carry one provider's parameters.
#
# Expected: the mode for "OIDC-compliant authorities" sends what OpenID Connect defines.
# Seen: `claims` asks for `signin_state`, `login_hint` and `tenant_region_sub_scope` in every ID token, at the token endpoint and at refreshes
# too; `client_info` and `clidata` are added, the token endpoint is called with a query (`client-request-id`), and `offline_access` is always
# among the scopes. A provider has to ignore unknown claims and parameters, and may not read the query as parameters.
#
# Prints what a request has beyond OAuth 2.0 and PKCE, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @azure/msal-node@7.2.3
cat > run.mjs <<'JS'
import { ConfidentialClientApplication } from '@azure/msal-node'

const issuer = 'https://issuer.example'
const sent = []
const networkClient = {
  sendGetRequestAsync: async () => ({
    status: 200,
    headers: {},
    body: { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks` },
  }),
  sendPostRequestAsync: async (url, { body }) => {
    sent.push({ url: new URL(url), body: new URLSearchParams(body) })
    return { status: 400, headers: {}, body: { error: 'invalid_grant' } }
  },
}
const application = new ConfidentialClientApplication({
  auth: { clientId: 'client', clientSecret: 'secret', authority: issuer, knownAuthorities: ['issuer.example'] },
  system: { protocolMode: 'OIDC', networkClient },
})
const request = { scopes: ['openid'], redirectUri: 'https://client.example' }
const target = await application.getAuthCodeUrl({ ...request, codeChallenge: 'challenge', codeChallengeMethod: 'S256', state: 'state' })
await application.acquireTokenByCode({ ...request, code: 'code', codeVerifier: 'verifier' }).catch(() => undefined)

const plain = /^(client_id|client_secret|scope|redirect_uri|response_(type|mode)|state|code(_challenge|_challenge_method|_verifier)?|grant_type|x-.*)$/
const beyond = (parameters) => [...parameters.keys()].filter((name) => !plain.test(name)).sort().join(' ')
const asked = new URL(target).searchParams
console.log('authorization:', beyond(asked))
console.log('claims:', Object.keys(JSON.parse(asked.get('claims')).id_token).join(' '))
console.log('scope:', asked.get('scope'))
console.log('token:', beyond(sent[0].body), '· query:', beyond(sent[0].url.searchParams))
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'authorization: claims clidata client-request-id client_info
claims: signin_state login_hint tenant_region_sub_scope
scope: openid profile offline_access
token: claims client_info · query: client-request-id' ]
