#!/bin/sh
# idpyoidc 5.0.0, add-on `dpop`: the hash of the access token in its proofs is hexadecimal.
#
# Expected: RFC 9449 §4.2 defines `ath` as base64url of SHA-256 of the access token: 43 characters.
# Seen: 64 hexadecimal digits. Any resource server that checks `ath`, as §4.3 demands, refuses each call with `invalid_dpop_proof`;
# getting and refreshing tokens works, since proofs for the token endpoint have no `ath`.
#
# Prints `ath` as sent and as specified for one token, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check idpyoidc==5.0.0 cryptojwt==1.11.0
cat > run.py <<'PY'
import base64, hashlib, json
from types import SimpleNamespace
from idpyoidc.client.oauth2.add_on.dpop import dpop_header

# The two parts of a client that the add-on reads.
context = SimpleNamespace(add_on={"dpop": {"algs_supported": ["ES256"]}}, provider_info={"userinfo_endpoint": "https://issuer.example/userinfo"})
proof = dpop_header(context, "userinfo_endpoint", "GET", token="a token")["dpop"]
claims = json.loads(base64.urlsafe_b64decode(proof.split(".")[1] + "=="))
print("sent:     ", claims["ath"])
print("specified:", base64.urlsafe_b64encode(hashlib.sha256(b"a token").digest()).decode().rstrip("="))
PY
seen=$(bin/python run.py)
echo "$seen"
[ "$seen" = "sent:      $(printf 'a token' | sha256sum | cut -d' ' -f1)
specified: 4zFuK6_rthA6NBjod4wK3JYNQCE6A6fn9PzTQm7YB78" ]
