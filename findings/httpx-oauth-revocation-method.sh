#!/bin/sh
# httpx-oauth 0.17.0 (Python, below fastapi-users): the method of the revocation endpoint has to be given, and is not used.
#
# Expected: `revocation_endpoint_auth_method`, which is required beside a revocation endpoint and which OpenID(…) takes from
# `revocation_endpoint_auth_methods_supported` (RFC 8414 §2), says how a revocation authenticates.
# Seen: it is checked and kept, and the method of the token endpoint is used. Where the two endpoints differ, each revocation is refused, so a token
# that should be revoked at sign-out stays valid. A server should list the same methods, in the same order, for both endpoints.
#
# Prints where the secret of a revocation is for each pair of methods, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check httpx-oauth==0.17.0
cat > run.py <<'PY'
import asyncio
import httpx
from httpx_oauth.oauth2 import OAuth2


class Client(OAuth2):
    def get_httpx_client(self):
        def answer(request):
            form = "client_secret=" in request.content.decode()
            header = request.headers.get("authorization", "").startswith("Basic ")
            print(f"  secret in the form: {form}, in the header: {header}")
            return httpx.Response(200, json={})

        return httpx.AsyncClient(transport=httpx.MockTransport(answer))


async def main():
    issuer = "https://issuer.example"
    for token, revocation in (("client_secret_post", "client_secret_basic"), ("client_secret_basic", "client_secret_post")):
        print(f"token endpoint: {token}, revocation endpoint: {revocation}")
        client = Client(
            "app", "secret", f"{issuer}/authorize", f"{issuer}/token", None, f"{issuer}/revoke",
            token_endpoint_auth_method=token, revocation_endpoint_auth_method=revocation,
        )
        await client.revoke_token("a token")


asyncio.run(main())
PY
seen=$(bin/python run.py)
echo "$seen"
[ "$seen" = "token endpoint: client_secret_post, revocation endpoint: client_secret_basic
  secret in the form: True, in the header: False
token endpoint: client_secret_basic, revocation endpoint: client_secret_post
  secret in the form: False, in the header: True" ]
