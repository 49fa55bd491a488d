#!/bin/sh
# mcp 2.3.0 (Python), OAuthClientProvider: without `registration_endpoint` the client registers at the API.
#
# Expected: metadata without `registration_endpoint` means that the authorization server does not support registration (RFC 8414 §2), and
# the client stops with an error that says so, as the TypeScript SDK does.
# Seen: it sends the registration to `/register` of the resource server, which has no such endpoint, and the error is `Registration failed:
# 404`. The authorization server's log shows that its metadata was read and then nothing. The error suggests a problem
# with registration, but a client id in the configuration, or a metadata document as the client id, is missing.
#
# Prints the requests and the error, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check mcp==2.3.0 httpx2==2.16.2
cat > run.py <<'PY'
import asyncio, logging
import httpx2
from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import OAuthClientMetadata

logging.disable()
issuer, api = "https://issuer.example", "https://api.example"
metadata = {
    "issuer": issuer,
    "authorization_endpoint": f"{issuer}/authorize",
    "token_endpoint": f"{issuer}/token",
    "response_types_supported": ["code"],
    "code_challenge_methods_supported": ["S256"],
}


def answer(request):
    url = str(request.url)
    print(request.method, url)
    if "oauth-protected-resource" in url:
        return httpx2.Response(200, json={"resource": f"{api}/mcp", "authorization_servers": [issuer]})
    if url.startswith(issuer):
        return httpx2.Response(200, json=metadata)
    return httpx2.Response(401 if url == f"{api}/mcp" else 404)


class Storage:
    async def get_tokens(self):
        return None

    async def get_client_info(self):
        return None


async def nobody(*_):
    raise AssertionError("asked the person")


async def main():
    asked = OAuthClientMetadata(client_name="Notes", redirect_uris=["http://localhost:3000/callback"])
    auth = OAuthClientProvider(f"{api}/mcp", asked, Storage(), redirect_handler=nobody, callback_handler=nobody)
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer), auth=auth) as client:
        try:
            await client.get(f"{api}/mcp")
        except Exception as error:
            print(type(error).__name__, str(error).strip())


asyncio.run(main())
PY
seen=$(bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = 'GET https://api.example/mcp
GET https://api.example/.well-known/oauth-protected-resource/mcp
GET https://issuer.example/.well-known/oauth-authorization-server
POST https://api.example/register
OAuthRegistrationError Registration failed: 404' ]
