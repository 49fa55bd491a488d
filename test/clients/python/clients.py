"""Client libraries of Python, one whole flow each. The person is played by the program that started this one: it gets the line
`visit URL`, and returns the URL of the callback."""

import os
import sys

# The server under test is on http://localhost.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

import requests
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from confluent_kafka import Producer
from joserfc import jwt
from joserfc.jwk import KeySet
from requests_oauthlib import OAuth2Session

from broker import Broker

issuer = os.environ["ISSUER"]
client_id = os.environ["CLIENT_ID"]
client_secret = os.environ["CLIENT_SECRET"]
redirect_uri = os.environ["REDIRECT_URI"]
scope = "openid profile offline_access"

metadata = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
assert metadata["issuer"] == issuer


def visit(url):
    print(f"visit {url}", flush=True)
    return sys.stdin.readline().strip()


def verify(token, algorithm, **claims):
    keys = KeySet.import_key_set(requests.get(metadata["jwks_uri"], timeout=10).json())
    decoded = jwt.decode(token, keys, algorithms=[algorithm])
    expected = {name: {"essential": True, "value": value} for name, value in claims.items()}
    jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": issuer}, exp={"essential": True}, iat={"essential": True}, **expected
    ).validate(decoded.claims)
    return decoded.claims


def check_refresh_and_end(before, after, session):
    assert after["refresh_token"] != before["refresh_token"]
    userinfo = session.get(metadata["userinfo_endpoint"]).json()
    assert userinfo["preferred_username"] == os.environ["PERSON"]
    return userinfo


def authlib():
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
    claims = verify(token["id_token"], "RS256", aud=client_id, nonce="nonce-authlib")
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


def requests_oauthlib():
    session = OAuth2Session(client_id, redirect_uri=redirect_uri, scope=scope.split(), pkce="S256")
    url, _ = session.authorization_url(metadata["authorization_endpoint"], nonce="nonce-oauthlib")
    answer = visit(url)
    token = session.fetch_token(
        metadata["token_endpoint"], authorization_response=answer, client_secret=client_secret
    )
    before = dict(token)
    verify(token["id_token"], "RS256", aud=client_id, nonce="nonce-oauthlib")
    renewed = session.refresh_token(metadata["token_endpoint"], auth=(client_id, client_secret))
    check_refresh_and_end(before, renewed, session)


def librdkafka():
    """The token that the library gets by its method `oidc`, as a broker receives it."""
    broker = Broker()
    producer = Producer(
        {
            "bootstrap.servers": broker.address,
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanisms": "OAUTHBEARER",
            "sasl.oauthbearer.method": "oidc",
            "sasl.oauthbearer.client.id": client_id,
            "sasl.oauthbearer.client.secret": client_secret,
            "sasl.oauthbearer.token.endpoint.url": metadata["token_endpoint"],
            "sasl.oauthbearer.scope": "read",
            "error_cb": print,
        }
    )
    token = broker.token(lambda: producer.poll(0.1))
    verify(token, "ES256", client_id=client_id, sub=client_id, scope="read")


{"authlib": authlib, "requests-oauthlib": requests_oauthlib, "librdkafka": librdkafka}[sys.argv[1]]()
print("done", flush=True)
