#!/bin/sh
# requests-oauthlib 2.0.0 with oauthlib 4.0.1, auto_refresh_url: the arguments of the API call are added to the refresh request.
#
# Expected: an API call with an expired token refreshes first, and the refresh request contains `grant_type`,
# `refresh_token` and auto_refresh_kwargs, nothing else.
# Seen: keyword arguments of that call go into the form for the token endpoint as well: `allow_redirects=True` at each GET, and
# `params` or `json` if the call has them. A server that refuses unknown parameters refuses the refresh, and logs or traces of
# the token endpoint reveal API parameters. Without auto_refresh_url, a manual refresh_token() sends none of them.
#
# Prints the refresh requests, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check requests-oauthlib==2.0.0 oauthlib==4.0.1
cat > run.py <<'PY'
import json, os, threading
from http.server import BaseHTTPRequestHandler, HTTPServer

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
from requests_oauthlib import OAuth2Session


class Server(BaseHTTPRequestHandler):
    def answer(self):
        form = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        if self.path == "/token":
            print(form)
        body = json.dumps({"access_token": "new", "token_type": "Bearer", "expires_in": 300}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
origin = f"http://127.0.0.1:{server.server_port}"


def session():
    expired = {"access_token": "old", "token_type": "Bearer", "refresh_token": "good", "expires_in": -5}
    extra = {"client_id": "app"}
    return OAuth2Session(
        "app", token=expired, auto_refresh_url=f"{origin}/token", auto_refresh_kwargs=extra, token_updater=lambda _: None
    )


session().get(f"{origin}/notes")
session().get(f"{origin}/notes", params={"page": "2"})
session().post(f"{origin}/notes", json={"text": "hello"})
session().refresh_token(f"{origin}/token", client_id="app")
PY
seen=$(bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = 'grant_type=refresh_token&client_id=app&refresh_token=good&allow_redirects=True
grant_type=refresh_token&client_id=app&refresh_token=good&params=%7B%27page%27%3A+%272%27%7D&allow_redirects=True
grant_type=refresh_token&client_id=app&refresh_token=good&json=%7B%27text%27%3A+%27hello%27%7D
grant_type=refresh_token&client_id=app&refresh_token=good' ]
