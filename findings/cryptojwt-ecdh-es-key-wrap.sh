#!/bin/sh
# cryptojwt 1.11.0 (below idpyoidc and pyoidc) with jwcrypto 1.6.1: no other library reads its ECDH-ES with key wrapping.
#
# Expected: a JWE with ECDH-ES+A128KW or ECDH-ES+A256KW goes from either library to the other, as it does between jwcrypto, jose, joserfc,
# Authlib and node-jose.
# Seen: both directions fail, while cryptojwt reads its own, and ECDH-ES without wrapping works in both directions. A client of idpyoidc
# that registers `id_token_encrypted_response_alg` ECDH-ES+A128KW can't read its ID tokens.
#
# Prints which library reads which tokens, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check cryptojwt==1.11.0 jwcrypto==1.6.1
cat > run.py <<'PY'
import json
from cryptojwt.jwe.jwe import JWE, factory
from cryptojwt.jwk.jwk import key_from_jwk_dict
from jwcrypto import jwe, jwk

content = b"content"
pair = jwk.JWK.generate(kty="EC", crv="P-256", kid="key", use="enc")
own = key_from_jwk_dict(pair.export(as_dict=True))


def by_cryptojwt(alg):
    return JWE(content, alg=alg, enc="A128CBC-HS256").encrypt([own])


def by_jwcrypto(alg):
    made = jwe.JWE(content, json.dumps({"alg": alg, "enc": "A128CBC-HS256"}))
    made.add_recipient(pair)
    return made.serialize(compact=True)


def cryptojwt_reads(made):
    return factory(made).decrypt(made, keys=[own])


def jwcrypto_reads(made):
    read = jwe.JWE()
    read.deserialize(made, pair)
    return read.payload


def tried(read, made):
    try:
        return "yes" if read(made) == content else "wrong content"
    except Exception as error:
        return type(error).__name__


for alg in ("ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"):
    theirs, ours = by_jwcrypto(alg), by_cryptojwt(alg)
    print(f"{alg}: cryptojwt reads its own {tried(cryptojwt_reads, ours)}, jwcrypto's {tried(cryptojwt_reads, theirs)};", end=" ")
    print(f"jwcrypto reads its own {tried(jwcrypto_reads, theirs)}, cryptojwt's {tried(jwcrypto_reads, ours)}")
PY
seen=$(bin/python run.py)
echo "$seen"
[ "$seen" = "ECDH-ES: cryptojwt reads its own yes, jwcrypto's yes; jwcrypto reads its own yes, cryptojwt's yes
ECDH-ES+A128KW: cryptojwt reads its own yes, jwcrypto's InvalidUnwrap; jwcrypto reads its own yes, cryptojwt's InvalidJWEData
ECDH-ES+A256KW: cryptojwt reads its own yes, jwcrypto's InvalidUnwrap; jwcrypto reads its own yes, cryptojwt's InvalidJWEData" ]
