#!/bin/sh
# git-credential-oauth 0.4.2 (Debian 12): its PKCE verifier does not have the form of RFC 7636.
#
# Expected: a code_verifier of 43 to 128 unreserved characters (RFC 7636 §4.1).
# Seen: 44 characters of padded base64: always a `=`, often `+` or `/`. A server that checks the form refuses each sign-in, after
# the person consented. Newer versions take the verifier of x/oauth2, but Debian 12 has this one.
#
# Needs Debian 12's apt-get, git, curl and Python 3. Prints the verifier's length and end, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q git-credential-oauth=0.4.2-1+b2 >log 2>&1 || { cat log >&2; exit 1; }
dpkg-deb -x ./*.deb .
cat > server.py <<'PYTHON'
import http.server, urllib.parse
class Endpoint(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        [verifier] = urllib.parse.parse_qs(form)["code_verifier"]
        self.send_response(400)
        self.end_headers()
        open("seen", "w").write(f"{len(verifier)} characters, the last one is {verifier[-1]}")
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Endpoint)
open("port", "w").write(str(server.server_port))
server.handle_request()
PYTHON
python3 server.py &
until [ -s port ]; do sleep 0.2; done
export HOME="$folder"
forge=http://localhost:$(cat port)
git config --global "credential.$forge.oauthClientId" id
git config --global "credential.$forge.oauthAuthURL" /authorize
git config --global "credential.$forge.oauthTokenURL" /token
printf '#!/bin/sh\n' > browser
chmod +x browser
printf 'protocol=http\nhost=%s\n\n' "${forge#http://}" | BROWSER="$folder/browser" usr/bin/git-credential-oauth get >said 2>&1 &
until url=$(grep -oE 'http://[^ ]+/authorize[^ ]+' said); do sleep 0.2; done
parameter() { echo "$url" | grep -oE "$1=[^&]+" | sed 's/^[^=]*=//; s/%3A/:/g; s/%2F/\//g'; }
curl -s -o /dev/null "$(parameter redirect_uri)/?code=x&state=$(echo "$url" | grep -oE 'state=[^&]+' | cut -d= -f2)"
until [ -s seen ]; do sleep 0.2; done
cat seen
echo
[ "$(cat seen)" = '44 characters, the last one is =' ]
