#!/bin/sh
# fastmcp 4.2.3, RemoteAuthProvider, with the client of mcp 2.3.0 (Python), which it is built on: an issuer without a path is refused.
#
# Expected: a server that is configured with the issuer "https://issuer.example", in an AnyHttpUrl as the parameter's type says, announces this
# issuer (RFC 9728 §2), and the client finds the metadata of the same name (RFC 8414 §3.3).
# Seen: the document says "https://issuer.example/", with a slash, and the client compares to the letter: "metadata issuer mismatch", so
# nobody is asked to sign in. An issuer with a path works, and so does a plain string instead of the AnyHttpUrl. The TypeScript client
# (@modelcontextprotocol/client 2.4.0) accepts the additional slash, which hides it.
#
# Prints the announced issuer and how far the client gets, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check fastmcp==4.2.3 mcp==2.3.0 starlette==1.10.0 httpx2==2.16.2
cat > run.py <<'PY'
import asyncio, logging
import httpx2
from fastmcp.server.auth import RemoteAuthProvider
from fastmcp.server.auth.providers.jwt import StaticTokenVerifier
from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata
from pydantic import AnyHttpUrl
from starlette.applications import Starlette
from starlette.testclient import TestClient

logging.disable()
api = "https://api.example"

class Storage:
    async def get_tokens(self):
        return None
    async def get_client_info(self):
        return OAuthClientInformationFull(client_id="app", redirect_uris=["http://localhost:3000/callback"])
    async def set_client_info(self, client):
        pass

class SignIn(Exception):
    pass

async def sign_in(address):
    raise SignIn(address.split("?")[0])


async def attempt(kind, issuer):
    protection = RemoteAuthProvider(StaticTokenVerifier({}), [kind(issuer)], api)
    server = TestClient(Starlette(routes=protection.get_routes("/mcp")))
    document = server.get("/.well-known/oauth-protected-resource/mcp").json()
    print(f"configured {kind.__name__} {issuer}, announced", *document["authorization_servers"])

    def answer(request):
        url = str(request.url)
        if "oauth-protected-resource" in url:
            return httpx2.Response(200, json=document)
        if url.startswith("https://issuer.example/.well-known/oauth-authorization-server"):
            names = {"issuer": issuer, "authorization_endpoint": f"{issuer}/authorize", "token_endpoint": f"{issuer}/token"}
            return httpx2.Response(200, json={**names, "response_types_supported": ["code"]})
        return httpx2.Response(401 if url == f"{api}/mcp" else 404)

    asked = OAuthClientMetadata(redirect_uris=["http://localhost:3000/callback"])
    auth = OAuthClientProvider(f"{api}/mcp", asked, Storage(), redirect_handler=sign_in, callback_handler=sign_in)
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer), auth=auth) as client:
        try:
            await client.get(f"{api}/mcp")
        except Exception as error:
            print(" ", type(error).__name__, error)


for kind, issuer in ((AnyHttpUrl, "https://issuer.example"), (str, "https://issuer.example"), (AnyHttpUrl, "https://issuer.example/a")):
    asyncio.run(attempt(kind, issuer))
PY
seen=$(bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = "configured AnyHttpUrl https://issuer.example, announced https://issuer.example/
  OAuthFlowError Authorization server metadata issuer mismatch: https://issuer.example != https://issuer.example/
configured str https://issuer.example, announced https://issuer.example
  SignIn https://issuer.example/authorize
configured AnyHttpUrl https://issuer.example/a, announced https://issuer.example/a
  SignIn https://issuer.example/a/authorize" ]
