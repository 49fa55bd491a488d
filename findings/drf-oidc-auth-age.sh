#!/bin/sh
# drf-oidc-auth 4.0.0 (Python): a token that is valid for an hour is refused after ten minutes, and a new signing key is not fetched for a day.
#
# Expected: JSONWebTokenAuthentication accepts a token until `exp`. A `kid` that is not in the cached key set makes it fetch the set again, since that is how a
# server introduces a new key (OpenID Connect Core §10.1.1); OIDC_LEEWAY is the tolerance for clocks.
# Seen: the leeway is a maximum age too: `iat` more than 600 seconds ago is "JWT too old". A larger one is no way out, since `exp` is tolerated for as long. The key set is
# kept for 24 hours, whatever the token names and Cache-Control says, so after a change of keys every token is refused until then. A server should give
# such an API tokens of ten minutes, and publish a key a day before it signs; the API can set OIDC_JWKS_EXPIRATION_TIME to minutes.
#
# Prints the verdict on each token, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check drf-oidc-auth==4.0.0
cat > run.py <<'PY'
import json
import logging
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from joserfc import jwt
from joserfc.jwk import RSAKey

keys = [RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"}) for name in ("first", "second")]
published, fetched, issuer = keys[:1], 0, None


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        global fetched
        fetched += self.path == "/keys"
        metadata = {"issuer": issuer, "jwks_uri": f"{issuer}/keys"}
        body = {"keys": [key.as_dict(private=False) for key in published]} if self.path == "/keys" else metadata
        self.send_response(200)
        self.send_header("cache-control", "max-age=0, must-revalidate")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Handler)
Thread(target=server.serve_forever, daemon=True).start()
issuer = f"http://127.0.0.1:{server.server_port}"

import django
from django.conf import settings

installed = ["django.contrib.auth", "django.contrib.contenttypes", "rest_framework"]
settings.configure(INSTALLED_APPS=installed, OIDC_AUTH={"OIDC_ENDPOINT": issuer, "OIDC_RESOLVE_USER_FUNCTION": lambda request, claims: claims["sub"]})
django.setup()
from oidc_auth.authentication import JSONWebTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.test import APIRequestFactory

logging.disable()


def verdict(name, key, minutes):
    issued = int(time.time()) - minutes * 60
    claims = {"iss": issuer, "sub": "1", "aud": "api", "iat": issued, "exp": issued + 3600}
    token = jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)
    try:
        user, _ = JSONWebTokenAuthentication().authenticate(APIRequestFactory().get("/", HTTP_AUTHORIZATION=f"JWT {token}"))
        print(f"{name}: accepted")
    except AuthenticationFailed as error:
        print(f"{name}: {error.detail}")


verdict("issued a moment ago, for an hour", keys[0], 0)
verdict("issued 9 minutes ago, for an hour", keys[0], 9)
verdict("issued 11 minutes ago, for an hour", keys[0], 11)
published = keys
verdict("signed by a key that was just published", keys[1], 0)
print("fetched key sets:", fetched)
PY
seen=$(bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = 'issued a moment ago, for an hour: accepted
issued 9 minutes ago, for an hour: accepted
issued 11 minutes ago, for an hour: Invalid Authorization header. JWT too old.
signed by a key that was just published: Invalid Authorization header. JWT signature key not found.
fetched key sets: 1' ]
