#!/bin/sh
# msal 1.39.0 (Python), oidc_authority: an issuer without a path is refused, and scopes of OpenID Connect can't be chosen.
#
# Expected: `oidc_authority`, which is there for any OpenID provider, takes any issuer, most of which are only an https origin, and asks for
# the scopes that were given.
# Seen: "https://issuer.example" raises ValueError, since it wants "a minimum of one segment in a path", as a tenant has, before any request; with a
# path it works. Naming `openid` is an error too: `openid profile offline_access` are always added, so each sign-in asks people for
# offline access.
#
# Prints the outcome of each issuer and the requested scopes, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check msal==1.39.0
cat > run.py <<'PY'
import json, warnings
from types import SimpleNamespace
from urllib.parse import parse_qs, urlparse
import msal

warnings.simplefilter("ignore")


def client(issuer):
    endpoints = {"authorization_endpoint": f"{issuer}/authorize", "token_endpoint": f"{issuer}/token"}
    answer = SimpleNamespace(status_code=200, text=json.dumps({"issuer": issuer, **endpoints}), headers={})
    offline = SimpleNamespace(get=lambda *_, **__: answer, close=lambda: None)
    return msal.PublicClientApplication("client", oidc_authority=issuer, http_client=offline)


def tried(make):
    try:
        return make()
    except ValueError as error:
        return f"ValueError {str(error).splitlines()[0][:94]}"


def scopes(asked):
    flow = client("https://issuer.example/tenant").initiate_auth_code_flow(asked, redirect_uri="http://localhost:8010")
    return sorted(parse_qs(urlparse(flow["auth_uri"]).query)["scope"][0].split())


print("origin:", tried(lambda: client("https://issuer.example")))
print("with a path:", type(client("https://issuer.example/tenant")).__name__)
print("asked for notes.read:", scopes(["notes.read"]))
print("asked for openid:", tried(lambda: scopes(["openid"])))
PY
seen=$(bin/python run.py)
echo "$seen"
[ "$seen" = "origin: ValueError Your given address (https://issuer.example) should consist of an https url with hostname and a
with a path: PublicClientApplication
asked for notes.read: ['notes.read', 'offline_access', 'openid', 'profile']
asked for openid: ValueError You cannot use any scope value that is reserved." ]
