#!/bin/sh
# node-jose 2.2.0, and authlib.jose of Authlib 1.9.10: one key of an unknown type makes the whole set unusable.
#
# Expected: keys with an unknown `kty` are ignored, as RFC 7517 §5 recommends, and the RSA key beside them verifies.
# Seen: node-jose refuses the set as soon as an Ed25519 key (`OKP`) is in it, authlib.jose with a key of ML-DSA (`AKP`), wherever
# in the set, and although the token names the RSA key by `kid`. A server that adds a key of a newer type to its one key set
# locks such resource servers out, before a single token is signed by it. joserfc, PyJWT, jwcrypto and jose take such sets.
#
# Prints what each does with each set, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node-jose@2.2.0
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check Authlib==1.9.10 joserfc==1.8.0
cat > run.py <<'PY'
import json, subprocess, time
from authlib.jose import JsonWebKey, JsonWebToken
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey, RSAKey

rsa = RSAKey.generate_key(2048, parameters={"kid": "rsa", "alg": "RS256", "use": "sig"})
okp = OKPKey.generate_key("Ed25519", parameters={"kid": "okp", "alg": "EdDSA", "use": "sig"})
known = rsa.as_dict(private=False)
sets = {
    "RSA": [known],
    "RSA, OKP": [known, okp.as_dict(private=False)],
    "RSA, AKP": [known, {"kty": "AKP", "kid": "akp", "alg": "ML-DSA-44", "use": "sig", "pub": "A" * 1750}],
}
token = jwt.encode({"alg": "RS256", "kid": "rsa"}, {"exp": int(time.time()) + 60}, rsa)


def tried(verify):
    try:
        verify()
        return "yes"
    except Exception as error:
        return f"{type(error).__name__} {error}"


for name, keys in sets.items():
    said = json.dumps({"keys": keys})
    node = subprocess.run(["node", "run.mjs", token, said], capture_output=True, text=True).stdout.strip()
    authlib = tried(lambda: JsonWebToken(["RS256"]).decode(token, JsonWebKey.import_key_set({"keys": keys})))
    joserfc = tried(lambda: jwt.decode(token, KeySet.import_key_set({"keys": keys}), algorithms=["RS256"]))
    print(f"{name}: node-jose {node}, authlib.jose {authlib}, joserfc {joserfc}")
PY
cat > run.mjs <<'JS'
import jose from 'node-jose'

const [token, set] = process.argv.slice(2)
const tried = jose.JWK.asKeyStore(set).then((keys) => jose.JWS.createVerify(keys).verify(token))
console.log(await tried.then(() => 'yes', (error) => error.message))
JS
seen=$(bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = "RSA: node-jose yes, authlib.jose yes, joserfc yes
RSA, OKP: node-jose unsupported key type, authlib.jose yes, joserfc yes
RSA, AKP: node-jose unsupported key type, authlib.jose KeyError 'AKP', joserfc yes" ]
