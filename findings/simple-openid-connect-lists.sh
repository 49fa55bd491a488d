#!/bin/sh
# simple_openid_connect 2.5.0 (Python): only the last value of `prompt`, `acr_values` and `ui_locales` is sent.
#
# Expected: an AuthenticationRequest has these parameters as lists, and its documentation says "space delimited", as OpenID Connect Core §3.1.2.1
# does, so `prompt=["login", "consent"]` is sent as `prompt=login consent`.
# Seen: `prompt=consent`, without an error: nobody has to sign in again, the list of levels is reduced to the least wanted one, and the first
# language is lost. A list with one string, `prompt=["login consent"]`, is sent as it should be.
#
# Prints the parameters of each request, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check simple_openid_connect==2.5.0
cat > run.py <<'PY'
from urllib.parse import parse_qsl, urlsplit
from simple_openid_connect.data import AuthenticationRequest

request = {"scope": "openid", "response_type": "code", "client_id": "app", "redirect_uri": "https://app.example/callback"}
for lists in (
    {"prompt": ["login", "consent"]},
    {"acr_values": ["phr", "mfa"]},
    {"ui_locales": ["de", "en"]},
    {"prompt": ["login consent"]},
):
    url = AuthenticationRequest(**request, **lists).encode_url("https://issuer.example/authorize")
    sent = [pair for pair in parse_qsl(urlsplit(url).query) if pair[0] in lists]
    print(lists, "is sent as", sent)
PY
seen=$(bin/python run.py)
echo "$seen"
[ "$seen" = "{'prompt': ['login', 'consent']} is sent as [('prompt', 'consent')]
{'acr_values': ['phr', 'mfa']} is sent as [('acr_values', 'mfa')]
{'ui_locales': ['de', 'en']} is sent as [('ui_locales', 'en')]
{'prompt': ['login consent']} is sent as [('prompt', 'login consent')]" ]
