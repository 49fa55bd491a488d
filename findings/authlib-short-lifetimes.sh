#!/bin/sh
# Authlib 1.9.10, OAuth2Session: an access token of a minute is renewed before each single request.
#
# Expected: a token that lives 60 seconds serves for most of them, and a session refreshes it about once a minute.
# Seen: a token counts as expired when 60 seconds or less are left, so that of a minute is expired from its first second, and each
# call to the API is two requests, with the refresh token rotated each time. A server that shortens the lifetime of access tokens
# below that multiplies the load of its own token endpoint. `leeway` of the session makes it less.
#
# Prints the number of refreshes in five calls for three lifetimes, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check Authlib==1.9.10 requests==2.32.5
cat > run.py <<'PY'
import json, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from authlib.integrations.requests_client import OAuth2Session

lifetime = 0
refreshes = 0


class Server(BaseHTTPRequestHandler):
    def answer(self):
        global refreshes
        self.rfile.read(int(self.headers.get("content-length") or 0))
        refreshes += self.path == "/token"
        body = json.dumps({"access_token": "new", "token_type": "Bearer", "expires_in": lifetime}).encode()
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

for lifetime, leeway in [(300, None), (60, None), (60, 10)]:
    refreshes = 0
    expired = {"access_token": "old", "token_type": "Bearer", "refresh_token": "good", "expires_at": 1}
    options = {} if leeway is None else {"leeway": leeway}
    session = OAuth2Session("app", "secret", token=expired, token_endpoint=f"{origin}/token", **options)
    for _ in range(5):
        session.get(f"{origin}/notes")
    print(f"{lifetime} s, leeway {leeway}: {refreshes}")
PY
seen=$(bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = '300 s, leeway None: 1
60 s, leeway None: 5
60 s, leeway 10: 1' ]
