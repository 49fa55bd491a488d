#!/bin/sh
# @badgateway/oauth2-client 3.3.1, @logto/js 6.1.2, @openid4vc/oauth2 0.4.6, httpx-oauth 0.17.0 (Python): a query in the authorization endpoint.
#
# Expected: RFC 6749 §3.1 lets the address have a query, as servers have that tell tenants or policies apart by one, and asks that it is kept and the
# parameters are added to it, as arctic, openid-client, oidc-client-ts, passport-oauth2, Authlib and requests-oauthlib do.
# Seen: a second question mark. The first parameter, `client_id` or `response_type`, becomes the end of the server's own value and is missing, so each
# sign-in ends at the server's error page. A server should have no query in this address; an application can put `&` in the place of the second mark.
#
# Prints what a server reads from each address, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check httpx-oauth==0.17.0
npm init -y >/dev/null
npm install --silent --no-audit --no-fund arctic@3.7.0 @badgateway/oauth2-client@3.3.1 @logto/js@6.1.2 @openid4vc/oauth2@0.4.6
cat > run.mjs <<'JS'
import { OAuth2Client as Badgateway } from '@badgateway/oauth2-client'
import { generateSignInUri } from '@logto/js'
import { Oauth2Client } from '@openid4vc/oauth2'
import { OAuth2Client as Arctic } from 'arctic'

const [issuer, clientId, redirectUri, state] = ['https://issuer.example', 'app', 'https://app.example/callback', 'state']
const [authorizationEndpoint, tokenEndpoint] = [`${issuer}/authorize?tenant=one`, `${issuer}/token`]
const metadata = { issuer, authorization_endpoint: authorizationEndpoint, token_endpoint: tokenEndpoint }
const unused = () => new Uint8Array(32)
const openid4vc = new Oauth2Client({ callbacks: { generateRandom: unused, hash: unused, clientAuthentication: unused } })
const asked = await openid4vc.createAuthorizationRequestUrl({ authorizationServerMetadata: metadata, clientId, redirectUri })
const badgateway = new Badgateway({ clientId, authorizationEndpoint, tokenEndpoint })
for (const [name, address] of [
  ['arctic', new Arctic(clientId, null, redirectUri).createAuthorizationURL(authorizationEndpoint, state, [])],
  ['@badgateway/oauth2-client', await badgateway.authorizationCode.getAuthorizeUri({ redirectUri, state })],
  ['@logto/js', generateSignInUri({ authorizationEndpoint, clientId, redirectUri, codeChallenge: 'challenge', state })],
  ['@openid4vc/oauth2', asked.authorizationRequestUrl],
])
  console.log(name, String(address))
JS
cat > run.py <<'PY'
import asyncio, sys
from urllib.parse import parse_qs, urlsplit
from httpx_oauth.oauth2 import OAuth2

client = OAuth2("app", "secret", "https://issuer.example/authorize?tenant=one", "https://issuer.example/token")
address = asyncio.run(client.get_authorization_url("https://app.example/callback"))
for line in [*sys.stdin, f"httpx-oauth {address}"]:
    name, address = line.split()
    read = parse_qs(urlsplit(address).query)
    print(f"{name}: tenant {read['tenant']}, client_id {read.get('client_id')}, response_type {read.get('response_type')}")
PY
seen=$(node run.mjs | bin/python run.py)
echo "$seen"
[ "$seen" = "arctic: tenant ['one'], client_id ['app'], response_type ['code']
@badgateway/oauth2-client: tenant ['one?client_id=app'], client_id None, response_type ['code']
@logto/js: tenant ['one?client_id=app'], client_id None, response_type ['code']
@openid4vc/oauth2: tenant ['one?response_type=code'], client_id ['app'], response_type None
httpx-oauth: tenant ['one?response_type=code'], client_id ['app'], response_type None" ]
