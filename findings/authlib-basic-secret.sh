#!/bin/sh
# Authlib 1.9.10, `client_secret_basic`: its client and its server disagree about a secret with a percent sign, and with others about a space.
#
# Expected: a secret passes from the client of a library to its server, whatever its characters, and from a client that encodes it like a form, as
# RFC 6749 §2.3.1 says, too.
# Seen: the client writes the secret as it is, the server undoes percent-encoding. So `a%2Fb` arrives as `a/b` and is refused, at every server that
# decodes; an encoded space, `+`, is taken for a plus sign by this server. Generated secrets of letters, digits, `-` and `_` pass everywhere:
# a server should generate no others.
#
# Prints which secrets arrive, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check authlib==1.9.10 requests==2.34.2
cat > run.py <<'PY'
import base64
from urllib.parse import quote_plus

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc6749.util import extract_basic_authorization


class Server(requests.adapters.BaseAdapter):
    def send(self, request, **_):
        self.header = request.headers["Authorization"]
        answer = requests.Response()
        answer.status_code, answer.request, answer.url = 200, request, request.url
        answer._content = b'{"access_token": "access", "token_type": "Bearer"}'
        return answer

    def close(self):
        pass


def arrives(header, secret):
    return "arrives" if extract_basic_authorization({"Authorization": header}) == ("app", secret) else "is refused"


for secret in ("a-b_c", "a+b", "a/b", "a%b", "a%2Fb", "a b"):
    server, session = Server(), OAuth2Session("app", secret)
    session.mount("https://", server)
    session.fetch_token("https://issuer.example/token", grant_type="client_credentials")
    encoded = base64.b64encode(f"app:{quote_plus(secret)}".encode()).decode()
    print(f"{secret}: from Authlib {arrives(server.header, secret)}, as RFC 6749 says {arrives(f'Basic {encoded}', secret)}")
PY
seen=$(bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = 'a-b_c: from Authlib arrives, as RFC 6749 says arrives
a+b: from Authlib arrives, as RFC 6749 says arrives
a/b: from Authlib arrives, as RFC 6749 says arrives
a%b: from Authlib arrives, as RFC 6749 says arrives
a%2Fb: from Authlib is refused, as RFC 6749 says arrives
a b: from Authlib arrives, as RFC 6749 says is refused' ]
