#!/bin/sh
# mcp 2.3.0 (Python), the SDK's own authorization server: a client that authenticates by the header alone is refused.
#
# Expected: the server announces `client_secret_basic`, so id and secret in the header `Authorization` are enough: with client
# authentication, `client_id` is no parameter of the token request (RFC 6749 §4.1.3), and most libraries leave it out of the form.
# Seen: 401 `invalid_client`, "Missing client_id", for a client that registered with this method a moment before. With `client_id` in the
# form as well the client is authenticated (and learns here that its code does not exist). Revocation needs even more: `client_secret`
# in the form beside the header, which is two methods at once (RFC 6749 §2.3); so a public client can't revoke its tokens at all.
#
# Prints the answers of both endpoints, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check mcp==2.3.0 starlette==1.10.0 httpx2==2.16.2
cat > run.py <<'PY'
from mcp.server.auth.routes import create_auth_routes
from mcp.server.auth.settings import ClientRegistrationOptions, RevocationOptions
from pydantic import AnyHttpUrl
from starlette.applications import Starlette
from starlette.testclient import TestClient

clients = {}


class Provider:
    async def register_client(self, client):
        clients[client.client_id] = client
    async def get_client(self, client_id):
        return clients.get(client_id)
    async def load_authorization_code(self, client, code):
        return None
    async def load_access_token(self, token):
        return None
    async def load_refresh_token(self, client, token):
        return None


issuer = "https://issuer.example"
routes = create_auth_routes(
    Provider(), AnyHttpUrl(issuer), None, ClientRegistrationOptions(enabled=True), RevocationOptions(enabled=True)
)
server = TestClient(Starlette(routes=routes), base_url=issuer)


def register(method):
    asked = {"redirect_uris": ["https://app.example/callback"], "token_endpoint_auth_method": method}
    return server.post("/register", json=asked).json()


def say(what, path, form, header=None):
    answer = server.post(path, data=form, auth=header)
    said = answer.json() if answer.content else {}
    print(f"{what}: {answer.status_code}", *said.values())


client, public = register("client_secret_basic"), register("none")
name, secret = client["client_id"], client["client_secret"]
code = {"grant_type": "authorization_code", "code": "unknown", "code_verifier": "v" * 43}
token = {"token": "old"}
print("announced:", server.get("/.well-known/oauth-authorization-server").json()["token_endpoint_auth_methods_supported"])
say("token, header", "/token", code, (name, secret))
say("token, header and client_id", "/token", {**code, "client_id": name}, (name, secret))
say("revocation, header", "/revoke", token, (name, secret))
say("revocation, header and client_id", "/revoke", {**token, "client_id": name}, (name, secret))
say("revocation, header and both", "/revoke", {**token, "client_id": name, "client_secret": secret}, (name, secret))
say("revocation, public client", "/revoke", {**token, "client_id": public["client_id"]})
PY
seen=$(bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = "announced: ['client_secret_post', 'client_secret_basic']
token, header: 401 invalid_client Missing client_id
token, header and client_id: 400 invalid_grant authorization code does not exist
revocation, header: 401 unauthorized_client Missing client_id
revocation, header and client_id: 400 invalid_request client_secret: Field required
revocation, header and both: 200
revocation, public client: 400 invalid_request client_secret: Field required" ]
