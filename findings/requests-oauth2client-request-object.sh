#!/bin/sh
# requests_oauth2client 1.8.0: a signed authorization request names neither its client as issuer nor the server as audience.
#
# Expected: RFC 9101 §4 asks that a signed request object has `iss` (the client id) and `aud` (the server's issuer); the client knows both.
# Seen: AuthorizationRequest.sign() adds none of them, and no `exp` either unless `lifetime` is given, never `nbf`; `typ` is `JWT`. Servers of
# FAPI 2.0 Message Signing (§5.3.1: `aud`, `nbf` and `exp`) refuse such objects, though the library has PAR, DPoP and
# private_key_jwt.
#
# Prints header and claims that are not parameters, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check requests_oauth2client==1.8.0
cat > run.py <<'PY'
from jwskate import Jwk, Jwt
from requests_oauth2client import OAuth2Client, PrivateKeyJwt

key = Jwk.generate(alg="ES256").with_kid_thumbprint()
issuer = "https://issuer.example"
client = OAuth2Client(
    issuer=issuer,
    token_endpoint=f"{issuer}/token",
    authorization_endpoint=f"{issuer}/authorize",
    redirect_uri="https://client.example/callback",
    auth=PrivateKeyJwt("client", key),
)
request = client.authorization_request(scope="openid")
for lifetime in (None, 60):
    signed = Jwt(str(request.sign(key, alg="ES256", lifetime=lifetime).request))
    found = [name for name in ("iss", "aud", "exp", "nbf", "iat", "jti") if name in signed.claims]
    print(f"lifetime {lifetime}: typ {signed.headers['typ']}, of iss aud exp nbf iat jti only {found}")
PY
seen=$(bin/python run.py)
echo "$seen"
[ "$seen" = "lifetime None: typ JWT, of iss aud exp nbf iat jti only []
lifetime 60: typ JWT, of iss aud exp nbf iat jti only ['exp', 'iat']" ]
