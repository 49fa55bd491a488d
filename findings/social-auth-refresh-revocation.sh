#!/bin/sh
# social-auth-core 7.0.0 (Python, below social-auth-app-django), its generic backend `oidc`: only the first request authenticates as configured.
#
# Expected: with `client_secret_basic`, the header authenticates the client at the token endpoint, for a code and for a refresh token (RFC 6749 §6),
# and at the revocation endpoint, where the token is sent by POST in a form (RFC 7009 §2.1).
# Seen: a refresh sends the secret in the form, so a server that holds a client to its registered method refuses it, an hour after a sign-in that
# worked. A revocation (REVOKE_TOKENS_ON_DISCONNECT) is a GET without token and client, so nothing is revoked. A subclass has to
# write refresh_token_params, refresh_token_auth, revoke_token_params and REVOKE_TOKEN_METHOD.
#
# Prints the three requests, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check social-auth-core==7.0.0
cat > run.py <<'PY'
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qsl
from social_core.backends.open_id_connect import OpenIdConnectAuth
from social_core.strategy import BaseStrategy

issuer = None


class Handler(BaseHTTPRequestHandler):
    def answer(self):
        names = {"issuer": "", "authorization_endpoint": "/authorize", "token_endpoint": "/token", "revocation_endpoint": "/revoke"}
        body = {name: issuer + path for name, path in names.items()} | {"access_token": "a", "token_type": "Bearer", "expires_in": 60}
        form = dict(parse_qsl(self.rfile.read(int(self.headers.get("content-length") or 0)).decode()))
        if "well-known" not in self.path:
            print(self.command, self.path, "with header:", "authorization" in self.headers, "form:", sorted(form))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


class Strategy(BaseStrategy):
    def get_setting(self, name):
        own = {"OIDC_ENDPOINT": issuer, "KEY": "app", "SECRET": "secret", "TOKEN_ENDPOINT_AUTH_METHOD": "client_secret_basic"}
        return own[name.removeprefix("SOCIAL_AUTH_OIDC_")]

    def request_data(self, merge=True):
        return {"code": "code", "state": "state"}

    def build_absolute_uri(self, path=None):
        return path


server = HTTPServer(("127.0.0.1", 0), Handler)
Thread(target=server.serve_forever, daemon=True).start()
issuer = f"http://127.0.0.1:{server.server_port}"
backend = OpenIdConnectAuth(Strategy(), redirect_uri="https://app.example/callback")
backend.data = {"code": "code"}
code = backend.auth_complete_params("state")
backend.request(backend.access_token_url(), method="POST", data=code, headers=backend.auth_headers(), auth=backend.auth_complete_credentials())
backend.refresh_token("a refresh token")
print("revoked:", backend.revoke_token("a token", "1"))
PY
seen=$(bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = "POST /token with header: True form: ['code', 'grant_type', 'redirect_uri']
POST /token with header: False form: ['client_id', 'client_secret', 'grant_type', 'refresh_token']
GET /revoke with header: False form: []
revoked: True" ]
