#!/bin/sh
# pyjwt-key-fetcher 0.8.0 (Python) with PyJWT 2.15.1: the optional members of a key are required.
#
# Expected: `alg` and `kid` are optional (RFC 7517 §4.4, §4.5). A key without `alg` verifies by the algorithm of its type, as with PyJWT's own PyJWKClient, and a key
# without `kid` beside others, such as an older one or one for encryption, is passed over.
# Seen: get_key() of a key without `alg` succeeds, and what it returns makes jwt.decode(), called as documented, refuse each token: its list of algorithms
# is empty. One key without `kid` in the set is a KeyError for every token, whatever key signed it. A server should give each key of its set both members.
#
# Prints the outcome of each set, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check pyjwt-key-fetcher==0.8.0 'PyJWT[crypto]==2.15.1'
cat > run.py <<'PY'
import asyncio
import json
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from pyjwt_key_fetcher import AsyncKeyFetcher
from pyjwt_key_fetcher.http_client import HTTPClient

issuer = "https://issuer.example"
private = ec.generate_private_key(ec.SECP256R1())
public = jwt.algorithms.ECAlgorithm.to_jwk(private.public_key(), as_dict=True) | {"use": "sig"}
token = jwt.encode({"iss": issuer, "sub": "1"}, private, "ES256", {"kid": "1"})


class Client(HTTPClient):
    def __init__(self, keys):
        self.keys = keys

    async def get_json(self, url):
        return {"keys": self.keys} if url.endswith("/keys") else {"issuer": issuer, "jwks_uri": f"{issuer}/keys"}


async def attempt(name, *keys):
    try:
        key = await AsyncKeyFetcher(http_client=Client(keys)).get_key(token)
        outcome = f"verified, {jwt.decode(token, **key)['sub']}"
    except Exception as error:
        outcome = type(error).__name__
    print(f"{name}: {outcome}")


async def main():
    await attempt("kid and alg", public | {"kid": "1", "alg": "ES256"})
    await attempt("kid", public | {"kid": "1"})
    await attempt("kid and alg, beside a key without kid", public | {"kid": "1", "alg": "ES256"}, public | {"use": "enc", "alg": "ECDH-ES"})


asyncio.run(main())
PY
seen=$(bin/python run.py)
echo "$seen"
[ "$seen" = 'kid and alg: verified, 1
kid: DecodeError
kid and alg, beside a key without kid: KeyError' ]
