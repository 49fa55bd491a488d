#!/bin/sh
# idpyoidc 5.0.0 with cryptojwt 1.11.0, add-on `par`: a request that was pushed successfully ends in ConnectionError.
#
# Expected: RFC 9126 §2.2 answers 201 with `request_uri`, and the client visits the authorization endpoint with it.
# Seen: only 200 counts; after 201 the client raises "Could not connect to …/par". With a server that answers 200 it goes on, so it works
# with its own server, which does that. What it pushes is also unusual: a signed request object, though nobody asked for one, in
# which `scope` and `response_type` are JSON arrays, which RFC 9101 §4 has as the strings of OAuth, and `iss` is empty.
#
# Prints the outcome of each status and the pushed object, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check idpyoidc==5.0.0 cryptojwt==1.11.0
cat > run.py <<'PY'
import base64, json, logging, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs
from idpyoidc.client.oidc import RP

logging.disable(logging.CRITICAL)
pushed = []


class Server(BaseHTTPRequestHandler):
    def do_POST(self):
        pushed.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"request_uri": "urn:ietf:params:oauth:request_uri:1", "expires_in": 60}')

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
issuer = f"http://127.0.0.1:{server.server_port}"
callback = "https://client.example/callback"


def push(status):
    server.status = status
    client = RP(
        config={
            "base_url": "https://client.example",
            "client_id": "client",
            "client_secret": "a secret of more than thirty-two characters",
            "client_type": "oidc",
            "redirect_uris": [callback],
            "issuer": issuer,
            "key_conf": {"key_defs": [{"type": "RSA", "use": ["sig"]}]},
            "provider_info": {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/authorize",
                "pushed_authorization_request_endpoint": f"{issuer}/par",
            },
            "add_ons": {
                "pushed_authorization": {
                    "function": "idpyoidc.client.oauth2.add_on.par.add_support",
                    "kwargs": {"authn_method": "client_secret_basic"},
                }
            },
        },
        services={"authorization": {"class": "idpyoidc.client.oidc.authorization.Authorization"}},
    )
    context = client.get_context()
    context.issuer = issuer
    context.map_supported_to_preferred()
    context.map_preferred_to_registered()
    request = {
        "state": context.cstate.create_state(iss=issuer),
        "nonce": "a nonce",
        "client_id": "client",
        "response_type": "code",
        "scope": ["openid"],
        "redirect_uri": callback,
    }
    try:
        return client.get_service("authorization").construct(request)["request_uri"]
    except ConnectionError as error:
        return f"ConnectionError {str(error).replace(issuer, 'ISSUER')}"


print("201:", push(201))
print("200:", push(200))
payload = pushed[0]["request"][0].split(".")[1]
claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
print("object:", {name: claims.get(name) for name in ("iss", "scope", "response_type")})
PY
seen=$(bin/python run.py)
echo "$seen"
[ "$seen" = "201: ConnectionError Could not connect to ISSUER/par
200: urn:ietf:params:oauth:request_uri:1
object: {'iss': '', 'scope': ['openid'], 'response_type': ['code']}" ]
