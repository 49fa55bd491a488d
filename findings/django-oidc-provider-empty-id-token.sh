#!/bin/sh
# django-oidc-provider 0.9.0: without the scope `openid` there is an ID token too, with no claims, and introspection says that the access token is not active.
#
# Expected: an authorization request without `openid` is plain OAuth 2.0, so the token answer has no `id_token` (OpenID Connect Core §3.1.2.1, §3.1.3.3), and
# introspection knows the access token: `active`, and as `exp` the end of that token (RFC 7662 §2.2).
# Seen: the answer has a signed `id_token` whose payload is an empty object, for a code and for a refresh token. A client that checks each ID token which it gets refuses
# the answer, after the code was spent. Introspection looks for its audience in the ID token: without `openid` it answers `active: false`, with it `exp` is the ID token's,
# ten minutes instead of the hour of `expires_in`. Applications have to ask for `openid`, and APIs to rely on `active`, or on userinfo.
#
# Prints the answers for each scope, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check django-oidc-provider==0.9.0 Django==5.2.19 cryptography==50.0.2
cat > addresses.py <<'PY'
from django.urls import include, path

urlpatterns = [path("", include("oidc_provider.urls", namespace="oidc_provider"))]
PY
cat > run.py <<'PY'
import base64
import json
from urllib.parse import parse_qs, urlsplit
import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["login.example"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "oidc_provider"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware"],
    ROOT_URLCONF="addresses",
    SECRET_KEY="secret",
    SITE_URL="https://login.example",
)
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client as Browser
from oidc_provider.models import Client, ResponseType, RSAKey

call_command("migrate", verbosity=0)
private = rsa.generate_private_key(65537, 2048)
RSAKey.objects.create(key=private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()).decode())
callback = "https://app.example/callback"
app = Client.objects.create(name="App", client_id="app", client_secret="secret", require_consent=False)
app.redirect_uris, app.scope = [callback], ["openid", "token_introspection", "app"]
app.response_types.add(ResponseType.objects.get(value="code"))
app.save()
browser = Browser(SERVER_NAME="login.example")
browser.force_login(User.objects.create_user("ada"))
credentials = {"client_id": "app", "client_secret": "secret"}


def post(path, **form):
    return browser.post(path, credentials | form).json()


def claims(token):
    payload = token.split(".")[1]
    return sorted(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))


for scope in ("openid profile", "profile"):
    request = {"response_type": "code", "client_id": "app", "redirect_uri": callback, "scope": scope, "state": "state", "nonce": "nonce"}
    code = parse_qs(urlsplit(browser.get("/authorize", request)["location"]).query)["code"][0]
    answer = post("/token", grant_type="authorization_code", code=code, redirect_uri=callback)
    known = post("/introspect", token=answer["access_token"])
    refreshed = post("/token", grant_type="refresh_token", refresh_token=answer["refresh_token"])
    print("scope:", scope)
    print("  ID token:", claims(answer["id_token"]))
    print("  after a refresh:", claims(refreshed["id_token"]))
    print("  expires_in:", answer["expires_in"], "introspection:", known["active"], known["exp"] - known["iat"] if "exp" in known else "no exp")
PY
seen=$(bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = "scope: openid profile
  ID token: ['at_hash', 'aud', 'auth_time', 'exp', 'iat', 'iss', 'nonce', 'sub']
  after a refresh: ['at_hash', 'aud', 'auth_time', 'exp', 'iat', 'iss', 'sub']
  expires_in: 3600 introspection: True 600
scope: profile
  ID token: []
  after a refresh: []
  expires_in: 3600 introspection: False no exp" ]
