#!/bin/sh
# oauthlib 4.0.1 (Python, below requests-oauthlib): two resources are sent as one text in Python's notation.
#
# Expected: `resource` may be repeated (RFC 8707 §2), so a list of two is two parameters, as with requests and with Authlib; `authorization_details`, which
# is JSON (RFC 9396 §2), is sent as JSON, or refused where the library can't do it.
# Seen: both become what Python prints for a list, `['https://…', '…']` with apostrophes, in the authorization request and in the token request, without an
# error: the server answers `invalid_target` for one odd resource, or that the JSON is wrong. Pairs can't be given either, so only one resource can be
# asked for at a time; JSON has to be given as a string.
#
# Prints the parameters that are sent, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check oauthlib==4.0.1 Authlib==1.9.10 requests==2.34.2
cat > run.py <<'PY'
from urllib.parse import parse_qsl, urlsplit
from authlib.integrations.requests_client import OAuth2Session
from oauthlib.oauth2 import WebApplicationClient

resources = ["https://a.example", "https://b.example"]
client = WebApplicationClient("app")


def sent(name, query):
    print(f"{name}:", *(value for key, value in parse_qsl(query) if key in ("resource", "authorization_details")), sep="\n  ")


address = "https://issuer.example/authorize"
session = OAuth2Session("app", redirect_uri="https://app.example/callback")
sent("Authlib, authorization request", urlsplit(session.create_authorization_url(address, resource=resources)[0]).query)
sent("oauthlib, authorization request", urlsplit(client.prepare_request_uri(address, resource=resources)).query)
sent("oauthlib, token request", client.prepare_request_body(code="code", resource=resources))
sent("oauthlib, refresh", client.prepare_refresh_body(refresh_token="token", resource=resources))
details = [{"type": "payment"}]
sent("oauthlib, authorization_details", urlsplit(client.prepare_request_uri(address, authorization_details=details)).query)
PY
seen=$(bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = "Authlib, authorization request:
  https://a.example
  https://b.example
oauthlib, authorization request:
  ['https://a.example', 'https://b.example']
oauthlib, token request:
  ['https://a.example', 'https://b.example']
oauthlib, refresh:
  ['https://a.example', 'https://b.example']
oauthlib, authorization_details:
  [{'type': 'payment'}]" ]
