#!/bin/sh
# sd-jwt 0.10.4 (Python): the holder of a credential can only have an ES256 key, whatever the issuer signs with.
#
# Expected: the key binding JWT is signed with the holder's key in `cnf`, by an algorithm of its own (RFC 9901 §4.3), as SDJWTHolder has `sign_alg` for it. A verifier that
# is given no algorithm takes that of the header, as it does for the issuer's signature.
# Seen: SDJWTVerifier verifies the issuer's ES384 and EdDSA, and always takes ES256 for the key binding, since the parameter that its method has for another is never
# passed. So a presentation of a wallet with an Ed25519 or a P-384 key, which SDJWTHolder itself made, is an InvalidJWSSignature. An issuer that does not know its
# verifiers should ask wallets for ES256 (`cryptographic_binding_methods_supported`, `proof_signing_alg_values_supported`).
#
# Prints the outcome for each pair of algorithms, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check sd-jwt==0.10.4
cat > run.py <<'PY'
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

keys = {
    "ES256": JWK.generate(kty="EC", crv="P-256"),
    "ES384": JWK.generate(kty="EC", crv="P-384"),
    "EdDSA": JWK.generate(kty="OKP", crv="Ed25519"),
}
for issuing in keys:
    for holding in keys:
        claims = {"iss": "https://issuer.example", SDObj("name"): "Ada"}
        credential = SDJWTIssuer(claims, keys[issuing], keys[holding], sign_alg=issuing).sd_jwt_issuance
        holder = SDJWTHolder(credential)
        holder.create_presentation({"name": True}, "nonce", "https://verifier.example", keys[holding], sign_alg=holding)
        try:
            verifier = SDJWTVerifier(holder.sd_jwt_presentation, lambda *_: keys[issuing], "https://verifier.example", "nonce")
            outcome = f"verified, {verifier.get_verified_payload()['name']}"
        except Exception as error:
            outcome = type(error).__name__
        print(f"issuer {issuing}, holder {holding}: {outcome}")
PY
seen=$(bin/python run.py)
echo "$seen"
[ "$seen" = 'issuer ES256, holder ES256: verified, Ada
issuer ES256, holder ES384: InvalidJWSSignature
issuer ES256, holder EdDSA: InvalidJWSSignature
issuer ES384, holder ES256: verified, Ada
issuer ES384, holder ES384: InvalidJWSSignature
issuer ES384, holder EdDSA: InvalidJWSSignature
issuer EdDSA, holder ES256: verified, Ada
issuer EdDSA, holder ES384: InvalidJWSSignature
issuer EdDSA, holder EdDSA: InvalidJWSSignature' ]
