#!/bin/sh
# kubernetes 37.0.2 (Python), a kubeconfig with `auth-provider: oidc`: the refresh sends the client secret twice, and needs one.
#
# Expected: an expired ID token is refreshed as kubectl does it: the secret in the header or in the form (RFC 6749 §2.3: one method
# a request), no secret for a public client, whose kubeconfig has no `client-secret`, and the old ID token stays if none is returned.
# Seen: the secret is in the header and in the form, so a server that keeps to §2.3 answers `invalid_request`. Without `client-secret`
# the kubeconfig is an error, so that of a public client works with kubectl only. An answer without `id_token`, which OpenID
# Connect Core §12.2 allows, is a KeyError.
#
# Prints the requests and outcomes of each case, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check kubernetes==37.0.2 requests-oauthlib==2.0.0 oauthlib==4.0.1
cat > run.py <<'PY'
import base64, json, os, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
from kubernetes.client import Configuration
from kubernetes.config.kube_config import KubeConfigLoader


def token(exp):
    parts = (json.dumps({"alg": "RS256"}), json.dumps({"sub": "ada", "exp": exp}), "signature")
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)


class Server(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer({"issuer": issuer, "token_endpoint": f"{issuer}/token"})
    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode(), keep_blank_values=True)
        header = base64.b64decode(self.headers.get("authorization", "").removeprefix("Basic ")).decode()
        print(f"  header {header}, form", *(f"{name}={value[0]}" for name, value in sorted(form.items())))
        self.answer(reply)
    def answer(self, content):
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())
    def log_message(self, *_):
        pass

server = HTTPServer(("127.0.0.1", 0), Server)
issuer = f"http://127.0.0.1:{server.server_port}"
threading.Thread(target=server.serve_forever, daemon=True).start()
tokens = {"access_token": "access", "token_type": "Bearer", "expires_in": 300, "refresh_token": "second"}

secret, new = {"client-secret": "secret"}, {"id_token": token(9999999999)}
for name, secret, reply in (
    ("confidential", secret, {**tokens, **new}), ("public", {}, {**tokens, **new}), ("no ID token", secret, tokens)
):
    config = {"client-id": "kube", **secret, "idp-issuer-url": issuer, "id-token": token(1), "refresh-token": "first"}
    kubeconfig = {
        "current-context": "here",
        "contexts": [{"name": "here", "context": {"cluster": "here", "user": "ada"}}],
        "clusters": [{"name": "here", "cluster": {"server": "https://cluster.example"}}],
        "users": [{"name": "ada", "user": {"auth-provider": {"name": "oidc", "config": config}}}],
    }
    print(name)
    try:
        KubeConfigLoader(kubeconfig).load_and_set(Configuration())
        print("  refreshed:", config["refresh-token"])
    except Exception as error:
        print(f"  {type(error).__name__}: {str(error).split('. ')[-1]}")
PY
seen=$(bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = "confidential
  header kube:secret, form client_id=kube client_secret=secret grant_type=refresh_token refresh_token=first
  refreshed: second
public
  ConfigException: Expected key client-secret in kube-config/users[name=ada]/user/auth-provider/config
no ID token
  header kube:secret, form client_id=kube client_secret=secret grant_type=refresh_token refresh_token=first
  KeyError: 'id_token'" ]
