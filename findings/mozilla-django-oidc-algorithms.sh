#!/bin/sh
# mozilla-django-oidc 5.0.2 (Python) with PyJWT 2.15.1: PS256 and EdDSA are taken for algorithms with the client's secret.
#
# Expected: OIDC_RP_SIGN_ALGO with OIDC_OP_JWKS_ENDPOINT verifies an ID token by the key set for each algorithm with a public key that PyJWT has.
# Seen: only names that begin with RS or ES do; for all others the client's secret is the key, so a sign-in with PS256, the algorithm of FAPI servers, or with
# EdDSA ends in an exception about a PEM that nobody configured, and the key set is never fetched. OIDC_RP_IDP_SIGN_KEY is not used either. A
# server has to sign the ID tokens of such applications with RS256 or ES256.
#
# Prints the outcome of each algorithm and whether the key set was fetched, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check mozilla-django-oidc==5.0.2 'PyJWT[crypto]==2.15.1' Django==5.2.8
cat > run.py <<'PY'
import json, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
import django, jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from django.conf import settings

keys, fetched = [], []


class Server(BaseHTTPRequestHandler):
    def do_GET(self):
        fetched.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"keys": keys}).encode())

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
issuer = f"http://127.0.0.1:{server.server_port}"
settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"], OIDC_OP_JWKS_ENDPOINT=f"{issuer}/jwks",
    OIDC_OP_TOKEN_ENDPOINT=f"{issuer}/token", OIDC_OP_USER_ENDPOINT=f"{issuer}/userinfo",
    OIDC_RP_CLIENT_ID="app", OIDC_RP_CLIENT_SECRET="the secret of the client, 32 characters",
)
django.setup()
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

for algorithm, key in (
    ("RS256", rsa.generate_private_key(65537, 2048)),
    ("PS256", rsa.generate_private_key(65537, 2048)),
    ("ES256", ec.generate_private_key(ec.SECP256R1())),
    ("EdDSA", ed25519.Ed25519PrivateKey.generate()),
):
    fetched.clear()
    public = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True)
    keys[:] = [{**public, "key_ops": ["verify"], "kid": "1", "alg": algorithm}]
    token = jwt.encode({"sub": "ada", "nonce": "nonce"}, key, algorithm, headers={"kid": "1"})
    settings.OIDC_RP_SIGN_ALGO = algorithm
    try:
        outcome = "verified, " + OIDCAuthenticationBackend().verify_token(token, nonce="nonce")["sub"]
    except Exception as error:
        outcome = type(error).__name__
    print(f"{algorithm}: {outcome}, key set fetched: {bool(fetched)}")
PY
seen=$(bin/python -W ignore run.py 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = 'RS256: verified, ada, key set fetched: True
PS256: InvalidKeyError, key set fetched: False
ES256: verified, ada, key set fetched: True
EdDSA: InvalidKeyError, key set fetched: False' ]
