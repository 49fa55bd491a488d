#!/bin/sh
# simple_openid_connect 2.5.0 (Python): a refresh without a new ID token, an array as audience of a logout token, and newer error codes are refused.
#
# Expected: OpenID Connect Core §12.2 lets a refresh return no `id_token`; a logout token's `aud` is a string or an array (Back-Channel Logout §2.4);
# and error codes can be extended (RFC 6749 §8.5), as RFC 8707, RFC 9396 and others do, so a client reads the ones that it does not know.
# Seen: each is a ValidationError. With the array, the client's own id counts as an audience that is "not trusted", so every such notice is refused;
# the same token with a string passes. With a code such as `invalid_target`, description and code are lost in the exception. Servers for these
# clients should return an ID token at each refresh, and a plain string as `aud` of logout tokens.
#
# Prints the outcome of each answer, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check simple_openid_connect==2.5.0
cat > run.py <<'PY'
import time
from simple_openid_connect.data import AuthenticationErrorResponse, BackChannelLogoutToken, TokenErrorResponse, TokenSuccessResponse


def attempt(name, read):
    try:
        read()
        print(f"{name}: accepted")
    except Exception as error:
        # The second and third line of pydantic's errors are the field and the reason; ours is one line.
        lines = [line.strip() for line in str(error).splitlines()]
        print(f"{name}: {type(error).__name__}, {' '.join(lines[1:3]).split(' [')[0].split(', ')[0] or lines[0]}")


def logout(aud):
    events = {"http://schemas.openid.net/event/backchannel-logout": {}}
    claims = {"iss": "https://issuer.example", "sub": "1", "aud": aud, "iat": int(time.time()), "jti": "1", "events": events}
    BackChannelLogoutToken.model_validate(claims).validate_extern("https://issuer.example", "app")


tokens = {"access_token": "a", "token_type": "Bearer", "expires_in": 60, "refresh_token": "r"}
attempt("refresh without id_token", lambda: TokenSuccessResponse.model_validate(tokens))
attempt("logout token with aud app", lambda: logout("app"))
attempt("logout token with aud [app]", lambda: logout(["app"]))
attempt("token error invalid_grant", lambda: TokenErrorResponse.model_validate({"error": "invalid_grant"}))
attempt("token error invalid_target", lambda: TokenErrorResponse.model_validate({"error": "invalid_target"}))
for code in ("login_required", "invalid_authorization_details"):
    url = f"https://app.example/callback?error={code}&state=1"
    attempt(f"authorization error {code}", lambda: AuthenticationErrorResponse.parse_url(url))
PY
seen=$(bin/python run.py)
echo "$seen"
[ "$seen" = "refresh without id_token: ValidationError, id_token Field required
logout token with aud app: accepted
logout token with aud [app]: ValidationError, Not all of the Logout-Token's audience are trusted
token error invalid_grant: accepted
token error invalid_target: ValidationError, error Input should be 'invalid_request'
authorization error login_required: accepted
authorization error invalid_authorization_details: ValidationError, error Input should be 'invalid_request'" ]
