#!/bin/sh
# flask-oidc 2.4.0 (Python) with Authlib 1.9.10: people are signed out when their access token expires.
#
# Expected: an application that only signs people in keeps its own session; the access token was for userinfo, which was called at sign-in, and a
# refresh token is not returned to everybody (OpenID Connect Core §11), least of all for the default scopes, `openid email`.
# Seen: the first request after the token's lifetime is redirected to the logout page, "Your session expired", and the session is gone, though no call of an API
# needs the token. So a server's lifetime of access tokens is how long people stay signed in, five minutes at many. With a refresh token the request goes
# on. The application has to ask for `offline_access`, or to set the token in the session aside after the sign-in.
#
# Prints the answer to a signed-in person in each case, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check flask-oidc==2.4.0 Flask==3.1.3 Authlib==1.9.10
cat > run.py <<'PY'
import json, time
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from flask import Flask, session
from flask_oidc import OpenIDConnect


class Issuer(BaseHTTPRequestHandler):
    def answer(self):
        body = {"issuer": issuer, "authorization_endpoint": f"{issuer}/authorize", "token_endpoint": f"{issuer}/token"}
        body |= {"access_token": "next", "token_type": "Bearer", "expires_in": 300}
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Issuer)
Thread(target=server.serve_forever, daemon=True).start()
issuer = f"http://127.0.0.1:{server.server_port}"

app = Flask(__name__)
web = {"client_id": "app", "client_secret": "secret", "issuer": issuer}
app.config.update(SECRET_KEY="key", OIDC_CLIENT_SECRETS={"web": web})
oidc = OpenIDConnect(app)


@app.route("/")
def home():
    return f"signed in as {session['oidc_auth_profile']['sub']}" if oidc.user_loggedin else "signed out"


for name, left, more in (
    ("valid token", 300, {}),
    ("expired token", -1, {}),
    ("expired token, refresh token", -1, {"refresh_token": "token"}),
):
    browser = app.test_client()
    with browser.session_transaction() as kept:
        # As the library's callback leaves it.
        kept["oidc_auth_token"] = {"access_token": "token", "token_type": "Bearer", "expires_in": 300, "expires_at": int(time.time()) + left, **more}
        kept["oidc_auth_profile"] = {"sub": "ada"}
    answer = browser.get("/")
    print(f"{name}: {answer.status_code} {answer.headers.get('Location', answer.text)}", end="; ")
    print("then", browser.get("/", follow_redirects=True).text)
PY
seen=$(bin/python -W ignore run.py 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = 'valid token: 200 signed in as ada; then signed in as ada
expired token: 302 /logout?reason=expired; then signed out
expired token, refresh token: 200 signed in as ada; then signed in as ada' ]
