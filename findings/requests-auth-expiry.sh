#!/bin/sh
# requests_auth 8.0.0 and httpx_auth 0.23.1 (Python): a token without `expires_in` has to be a JWT with `exp`.
#
# Expected: `expires_in` is only recommended (RFC 6749 §5.1), so a client that gets none uses the token until an API refuses it; the token's form is no concern of
# a client (RFC 9068 §6).
# Seen: without `expires_in` the token is split at its dots. An opaque one is a ValueError about unpacking, and a JWT without `exp` is TokenExpiryNotProvided. With
# requests_auth, claims in which the letters `-` and `_` of base64url come up, as they do for a `?` at certain places, are an error of base64 too. Every call
# of the API raises, with a token that is good. A server should always return `expires_in`.
#
# Prints the outcome of each answer, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check requests_auth==8.0.0 httpx_auth==0.23.1
cat > run.py <<'PY'
import base64
import json
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
import httpx
import httpx_auth
import requests
import requests_auth

answer = None


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps({"token_type": "Bearer", **answer}).encode())

    def do_GET(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Handler)
Thread(target=server.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{server.server_port}"


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value, ensure_ascii=False).encode()).rstrip(b"=").decode()


def jwt(**claims):
    return f'{part({"alg": "ES256"})}.{part(claims)}.signature'


later = int(time.time()) + 3600
for name, answer in (
    ("opaque, expires_in", {"access_token": "opaque", "expires_in": 3600}),
    ("opaque", {"access_token": "opaque"}),
    ("JWT with exp", {"access_token": jwt(sub="1", exp=later)}),
    ("JWT without exp", {"access_token": jwt(sub="1")}),
    ("JWT with exp and ???", {"access_token": jwt(aud="https://a.example/???", exp=later)}),
):
    for library, client in ((requests_auth, requests), (httpx_auth, httpx)):
        library.OAuth2.token_cache.clear()
        try:
            client.get(address, auth=library.OAuth2ClientCredentials(f"{address}/token", "app", "secret"))
            outcome = "used"
        except Exception as error:
            outcome = type(error).__name__
        print(f"{name}: {client.__name__} {outcome}")
PY
seen=$(bin/python run.py)
echo "$seen"
[ "$seen" = 'opaque, expires_in: requests used
opaque, expires_in: httpx used
opaque: requests ValueError
opaque: httpx ValueError
JWT with exp: requests used
JWT with exp: httpx used
JWT without exp: requests TokenExpiryNotProvided
JWT without exp: httpx TokenExpiryNotProvided
JWT with exp and ???: requests Error
JWT with exp and ???: httpx used' ]
