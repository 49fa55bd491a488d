#!/bin/sh
# python-jose 3.5.0, jwt.decode with a key set: the order of the keys decides whether a token verifies.
#
# Expected: the key with the token's `kid` is taken from the set, or else each key that fits the algorithm is tried.
# Seen: keys are tried in order, and one of another type is fatal: with an EC key first, the RS256 token causes a JWKError, and
# with the RSA key first the ES256 token does. A server with RS256 ID tokens and ES256 access tokens in one key set works with
# only one of them. The application can pass only the key that `kid` names.
#
# Prints the result for each token with each order, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check 'python-jose[cryptography]==3.5.0' joserfc==1.8.0
cat > run.py <<'PY'
import time
from jose import jwt
from joserfc import jwt as signing
from joserfc.jwk import ECKey, RSAKey

keys = {
    "RS256": RSAKey.generate_key(2048, parameters={"kid": "rsa", "alg": "RS256", "use": "sig"}),
    "ES256": ECKey.generate_key("P-256", parameters={"kid": "ec", "alg": "ES256", "use": "sig"}),
}
for order in [["RS256", "ES256"], ["ES256", "RS256"]]:
    key_set = {"keys": [keys[alg].as_dict(private=False) for alg in order]}
    for alg, key in keys.items():
        token = signing.encode({"alg": alg, "kid": key.kid}, {"exp": int(time.time()) + 60}, key)
        try:
            jwt.decode(token, key_set, algorithms=[alg])
            result = "verified"
        except Exception as error:
            result = f"{type(error).__name__} {error}"
        print(f"{', '.join(order)}: the {alg} token: {result}")
PY
seen=$(bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = "RS256, ES256: the RS256 token: verified
RS256, ES256: the ES256 token: JWKError Incorrect key type. Expected: 'EC', Received: RSA
ES256, RS256: the RS256 token: JWKError Incorrect key type. Expected: 'RSA', Received: EC
ES256, RS256: the ES256 token: verified" ]
