#!/bin/sh
# django-allauth 65.22.1 as a provider (allauth.idp.oidc, with oauthlib 4.0.1): a request with `claims` is answered with `login_required`.
#
# Expected: a provider that does not support `claims` ignores it (OpenID Connect Core §5.5; discovery's `claims_parameter_supported` is false by default),
# and a signed-in person gets back to the client with a code.
# Seen: `login_required`, "Session user does not match client supplied user", for every value, such as a wish for an email from userinfo: it is taken
# as a demand for a certain `sub`. A client that sends the person to sign in again never gets out of that. `max_age` has its own surprise: the
# ID token has no `auth_time`, which §2 requires then, so clients that check it refuse the token.
#
# Prints the answers and the ID token's claims, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check 'django-allauth[idp-oidc]==65.22.1' Django==5.2.19 oauthlib==4.0.1 requests==2.34.2
cat > run.py <<'PY'
import base64, json
from urllib.parse import parse_qs, urlsplit
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
import django
from django.conf import settings

pem = rsa.generate_private_key(65537, 2048).private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)
settings.configure(
    SECRET_KEY="only for this run, and long enough for it", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=[
        "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "allauth", "allauth.account", "allauth.idp.oidc",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
        "allauth.account.middleware.AccountMiddleware",
    ],
    IDP_OIDC_PRIVATE_KEY=pem.decode(), LOGGING_CONFIG=None,
)
django.setup()
from allauth.idp.oidc.models import Client as Application
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django.urls import include, path

urlpatterns = [path("accounts/", include("allauth.urls")), path("", include("allauth.idp.urls"))]
call_command("migrate", verbosity=0)
application = Application(id="app", name="App", skip_consent=True, type="confidential")
application.set_secret("secret")
application.set_redirect_uris(["https://app.example/callback"])
application.set_scopes(["openid"])
application.set_response_types(["code"])
application.set_grant_types(["authorization_code"])
application.save()
client = Client()
client.force_login(get_user_model().objects.create_user("ada"))
metadata = client.get("/.well-known/openid-configuration").json()
callback = {"redirect_uri": "https://app.example/callback"}
print("claims_parameter_supported:", metadata.get("claims_parameter_supported"))
for more in ({}, {"claims": '{"userinfo":{"email":null}}'}, {"claims": '{"id_token":{"acr":null}}'}, {"max_age": "3600"}):
    asked = {"response_type": "code", "client_id": "app", "scope": "openid", **callback, **more}
    answer = parse_qs(urlsplit(client.get(metadata["authorization_endpoint"], asked)["location"]).query)
    print(more or "plain", *answer.get("error", answer), *answer.get("error_description", []))
basic = "Basic " + base64.b64encode(b"app:secret").decode()
form = {"grant_type": "authorization_code", "code": answer["code"][0], **callback}
token = client.post(metadata["token_endpoint"], form, headers={"authorization": basic}).json()["id_token"]
print("ID token after max_age:", *sorted(json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))))
PY
seen=$(bin/python -W ignore run.py 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = "claims_parameter_supported: None
plain code
{'claims': '{\"userinfo\":{\"email\":null}}'} login_required Session user does not match client supplied user.
{'claims': '{\"id_token\":{\"acr\":null}}'} login_required Session user does not match client supplied user.
{'max_age': '3600'} code
ID token after max_age: at_hash aud exp iat iss jti sub" ]
