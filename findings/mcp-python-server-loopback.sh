#!/bin/sh
# mcp 2.3.0 (Python), the SDK's own authorization server: a redirect URI without a path can be registered, and never used.
#
# Expected: `http://127.0.0.1:3000`, as command line tools on a person's machine register it (RFC 8252 §7.3), is compared with the same
# characters of the authorization request (RFC 3986 §6.2.1), and is equal.
# Seen: 400, "Redirect URI 'http://127.0.0.1:3000/' not registered for client". The registration keeps the address as it was sent, and the
# one in the authorization request gets a slash before it is compared. Such a tool has to register both spellings, or a path.
#
# Prints what was registered and the answer to each spelling, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check mcp==2.3.0 starlette==1.10.0 httpx2==2.16.2
cat > run.py <<'PY'
from mcp.server.auth.provider import construct_redirect_uri
from mcp.server.auth.routes import create_auth_routes
from mcp.server.auth.settings import ClientRegistrationOptions
from pydantic import AnyHttpUrl
from starlette.applications import Starlette
from starlette.testclient import TestClient

clients = {}


class Provider:
    async def register_client(self, client):
        clients[client.client_id] = client

    async def get_client(self, client_id):
        return clients.get(client_id)

    async def authorize(self, client, asked):
        return construct_redirect_uri(str(asked.redirect_uri), code="code", state=asked.state)


issuer = "https://issuer.example"
routes = create_auth_routes(Provider(), AnyHttpUrl(issuer), None, ClientRegistrationOptions(enabled=True))
server = TestClient(Starlette(routes=routes), base_url=issuer, follow_redirects=False)

for uris in (["http://127.0.0.1:3000"], ["http://127.0.0.1:3000", "http://127.0.0.1:3000/"]):
    asked = {"redirect_uris": uris, "token_endpoint_auth_method": "none"}
    client = server.post("/register", json=asked).json()
    answer = server.get(
        "/authorize",
        params={
            "client_id": client["client_id"], "redirect_uri": uris[0], "response_type": "code", "state": "state",
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256",
        },
    )
    print("registered:", *client["redirect_uris"])
    print("asked for the first:", answer.status_code, answer.headers.get("location") or answer.json()["error_description"])
PY
seen=$(bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = "registered: http://127.0.0.1:3000
asked for the first: 400 Redirect URI 'http://127.0.0.1:3000/' not registered for client
registered: http://127.0.0.1:3000 http://127.0.0.1:3000/
asked for the first: 302 http://127.0.0.1:3000/?code=code&state=state" ]
