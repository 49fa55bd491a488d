"""Two independent clients go through the whole flow. What a browser does in between, whoever started this does:
a line `visit URL` goes out, the URL of the callback comes in."""

import json
import os
import sys

# The server under test is on http://localhost.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

import requests
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from joserfc import jwt
from joserfc.jwk import KeySet
from requests_oauthlib import OAuth2Session

settings = json.loads(sys.stdin.readline())
issuer = settings["issuer"]
client_id = settings["client_id"]
client_secret = settings["client_secret"]
redirect_uri = settings["redirect_uri"]
scope = "openid profile offline_access"

metadata = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
assert metadata["issuer"] == issuer


def visit(url):
    print(f"visit {url}", flush=True)
    return sys.stdin.readline().strip()


def check_id_token(id_token, nonce):
    keys = KeySet.import_key_set(requests.get(metadata["jwks_uri"], timeout=10).json())
    token = jwt.decode(id_token, keys, algorithms=["RS256"])
    claims = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    claims.validate(token.claims)
    return token.claims


def check_refresh_and_end(before, after, session):
    assert after["refresh_token"] != before["refresh_token"]
    userinfo = session.get(metadata["userinfo_endpoint"]).json()
    assert userinfo["preferred_username"] == settings["username"]
    return userinfo


def with_authlib():
    session = AuthlibSession(
        client_id, client_secret, scope=scope, redirect_uri=redirect_uri, code_challenge_method="S256"
    )
    verifier = "v" * 64
    url, state = session.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, nonce="nonce-authlib"
    )
    answer = visit(url)
    token = session.fetch_token(
        metadata["token_endpoint"], authorization_response=answer, code_verifier=verifier, state=state
    )
    claims = check_id_token(token["id_token"], "nonce-authlib")
    renewed = session.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
    userinfo = check_refresh_and_end(token, renewed, session)
    assert userinfo["sub"] == claims["sub"]
    assert session.introspect_token(
        metadata["introspection_endpoint"], token=renewed["access_token"]
    ).json()["active"]
    session.revoke_token(metadata["revocation_endpoint"], token=renewed["refresh_token"])
    assert not session.introspect_token(
        metadata["introspection_endpoint"], token=renewed["access_token"]
    ).json()["active"]


def with_requests_oauthlib():
    session = OAuth2Session(client_id, redirect_uri=redirect_uri, scope=scope.split(), pkce="S256")
    url, _ = session.authorization_url(metadata["authorization_endpoint"], nonce="nonce-oauthlib")
    answer = visit(url)
    token = session.fetch_token(
        metadata["token_endpoint"], authorization_response=answer, client_secret=client_secret
    )
    before = dict(token)
    check_id_token(token["id_token"], "nonce-oauthlib")
    renewed = session.refresh_token(metadata["token_endpoint"], auth=(client_id, client_secret))
    check_refresh_and_end(before, renewed, session)


for name, run in {"Authlib": with_authlib, "requests-oauthlib": with_requests_oauthlib}.items():
    run()
    print(f"done {name}", flush=True)
