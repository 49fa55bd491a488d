#!/bin/sh
# oauthenticator 17.4.0 (Python, for JupyterHub): with `allowed_scopes` nobody gets in when the token answer omits `scope`.
#
# Expected: `scope` may be omitted if it is what was requested (RFC 6749 §5.1), so a person whose answer has none was granted all of them; `allowed_scopes` has
# to be a part of what is requested, which the library checks at its start.
# Seen: the omitted scope counts as an empty one, so the person is refused, 403, though the same grant with `scope` spelled out is let in. After a refresh, whose
# answer may omit it too, it is the same. A server should always return `scope`; an administrator has to write a subclass with build_auth_state_dict().
#
# Prints the verdict on each answer, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check oauthenticator==17.4.0
cat > run.py <<'PY'
import asyncio
import logging
from oauthenticator.generic import GenericOAuthenticator

logging.disable()
authenticator = GenericOAuthenticator(scope=["openid", "notebooks"], allowed_scopes=["notebooks"], username_claim="sub")
answer = {"access_token": "token", "token_type": "Bearer", "expires_in": 300}


async def main():
    for name, granted in (("scope openid notebooks", {"scope": "openid notebooks"}), ("scope omitted", {}), ("scope openid", {"scope": "openid"})):
        state = authenticator.build_auth_state_dict(answer | granted, {"sub": "ada"})
        allowed = await authenticator.check_allowed("ada", {"name": "ada", "admin": None, "auth_state": state})
        print(f"{name}: {'allowed' if allowed else 'refused'}, granted {state['scope']}")


asyncio.run(main())
PY
seen=$(bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = "scope openid notebooks: allowed, granted ['openid', 'notebooks']
scope omitted: refused, granted ['']
scope openid: refused, granted ['openid']" ]
