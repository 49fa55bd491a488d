#!/bin/sh
# node-jose 2.2.0, authlib.jose of Authlib 1.9.10, and the Go modules lestrrat-go/jwx/v3 3.4.0 and MicahParks/keyfunc/v3 3.9.1: one key of
# an unknown type makes the whole set unusable.
#
# Expected: keys with an unknown `kty` are ignored, as RFC 7517 §5 recommends, and the RSA key beside them verifies.
# Seen: node-jose refuses the set as soon as an Ed25519 key (`OKP`) is in it, the others with a key of ML-DSA (`AKP`), wherever in the
# set, and although the token names the RSA key by `kid`. A server that adds a key of a newer type to its one key set locks such
# resource servers out, before a single token is signed by it. joserfc, PyJWT, jwcrypto, jose and go-oidc take such sets.
#
# Prints what each does with each set, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
export GOPATH="$folder/go" GOFLAGS=-mod=mod
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
    go = subprocess.run(["./sets", said], capture_output=True, text=True).stdout.strip()
    print(f"{name}: node-jose {node}; authlib.jose {authlib}; {go}; joserfc {joserfc}")
PY
cat > run.mjs <<'JS'
import jose from 'node-jose'

const [token, set] = process.argv.slice(2)
const tried = jose.JWK.asKeyStore(set).then((keys) => jose.JWS.createVerify(keys).verify(token))
console.log(await tried.then(() => 'yes', (error) => error.message))
JS
mkdir sets.go
cat > sets.go/go.mod <<'MOD'
module sets

go 1.26

require (
	github.com/MicahParks/keyfunc/v3 v3.9.1
	github.com/lestrrat-go/jwx/v3 v3.4.0
)
MOD
cat > sets.go/main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/lestrrat-go/jwx/v3/jwk"
)

func tried(err error) string {
	if err != nil {
		return "refused"
	}
	return "yes"
}

func main() {
	_, jwx := jwk.ParseString(os.Args[1])
	_, key := keyfunc.NewJWKSetJSON(json.RawMessage(os.Args[1]))
	fmt.Printf("jwx %s; keyfunc %s", tried(jwx), tried(key))
}
GO
(cd sets.go && go build -o ../sets . 2>../errors) || { cat errors >&2; exit 1; }
seen=$(bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = "RSA: node-jose yes; authlib.jose yes; jwx yes; keyfunc yes; joserfc yes
RSA, OKP: node-jose unsupported key type; authlib.jose yes; jwx yes; keyfunc yes; joserfc yes
RSA, AKP: node-jose unsupported key type; authlib.jose KeyError 'AKP'; jwx refused; keyfunc refused; joserfc yes" ]
