#!/bin/sh
# django-oauth-toolkit 3.4.1 with oauthlib 4.0.1: `prompt=none` is announced, and causes a server error.
#
# Expected: discovery lists `none` under `prompt_values_supported`, so `prompt=none` returns a code for a signed-in person with an
# earlier consent, and `login_required` for anybody else (OpenID Connect Core §3.1.2.1).
# Seen: both end in a NotImplementedError, a 500 page, and there is no redirect. The two methods of the validator that decide it
# (validate_silent_login, validate_silent_authorization) must be written by the operator, and don't exist after following the
# tutorial. Pages that renew their sign-in in a hidden frame wait until they give up. A client should try `prompt=none` once before
# it relies on the metadata.
#
# Prints the discovery document and the result of each request, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check django-oauth-toolkit==3.4.1 Django==5.2.19 oauthlib==4.0.1
cat > run.py <<'PY'
from urllib.parse import parse_qs, urlsplit
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
import django
from django.conf import settings

pem = rsa.generate_private_key(65537, 2048).private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)
settings.configure(
    SECRET_KEY="only for this run, and long enough for it",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=[
        "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "oauth2_provider",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    OAUTH2_PROVIDER={
        "OIDC_ENABLED": True, "OIDC_RSA_PRIVATE_KEY": pem.decode(), "SCOPES": {"openid": "OpenID Connect"},
    },
    LOGGING_CONFIG=None,
)
django.setup()
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django.urls import include, path
from oauth2_provider.models import Application

urlpatterns = [path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))]
call_command("migrate", verbosity=0)
ada = get_user_model().objects.create_user("ada")
Application.objects.create(
    client_id="page", client_type="public", authorization_grant_type="authorization-code", algorithm="RS256",
    redirect_uris="https://app.example/callback", skip_authorization=True, user=ada,
)
request = {
    "response_type": "code", "client_id": "page", "redirect_uri": "https://app.example/callback", "scope": "openid",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256",
}
signed_in = Client()
signed_in.force_login(ada)


def result(client, **more):
    try:
        answer = client.get("/o/authorize/", {**request, **more})
    except Exception as error:
        return type(error).__name__
    return f"{answer.status_code} with {', '.join(parse_qs(urlsplit(answer.headers.get('location', '')).query))}"


print("announced:", Client().get("/o/.well-known/openid-configuration").json()["prompt_values_supported"])
print("signed in, no prompt:", result(signed_in))
print("signed in, none:", result(signed_in, prompt="none"))
print("signed out, none:", result(Client(), prompt="none"))
PY
seen=$(bin/python -W ignore run.py 2>errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = "announced: ['none', 'login']
signed in, no prompt: 302 with code
signed in, none: NotImplementedError
signed out, none: NotImplementedError" ]
