#!/bin/sh
# aiohttp-oauth2 0.0.5 (Python): the token request is JSON, and a refused one is handed over as a sign-in.
#
# Expected: the parameters of a token request are a form (RFC 6749 §4.1.3), which is what a server reads; an error of the token endpoint (§5.2) is given to `on_error`,
# as one of the authorization endpoint is.
# Seen: JSON, unless `json_data=False`, so a server of the RFC answers `invalid_request` to a request without parameters. That answer goes to `on_login` as
# the tokens, whatever its status is, and an application that looks for `access_token` fails with a KeyError that does not name the reason. An application has to
# set `json_data=False`, and to look for `error` in `on_login`; a server can say in its error that a form is expected.
#
# Prints the request and the handler that gets the answer, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check aiohttp-oauth2==0.0.5 aiohttp==3.14.5
cat > run.py <<'PY'
import asyncio
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from aiohttp_oauth2 import oauth2_app


async def token(request):
    print("  token request:", request.content_type)
    form = await request.post()
    if "code" not in form:
        return web.json_response({"error": "invalid_request"}, status=400)
    return web.json_response({"error": "invalid_grant"}, status=400)


async def on_login(request, tokens):
    return web.Response(text=f"on_login, {tokens}")


async def on_error(request):
    return web.Response(text=f"on_error, {request.query['error']}")


async def main():
    provider = web.Application()
    provider.router.add_post("/token", token)
    async with TestServer(provider) as server, ClientSession() as browser:
        for json_data in (True, False):
            addresses = {"authorize_url": str(server.make_url("/authorize")), "token_url": str(server.make_url("/token"))}
            client = oauth2_app("app", "secret", **addresses, on_login=on_login, on_error=on_error, json_data=json_data)
            async with TestServer(client) as application:
                print("json_data:", json_data)
                for query in ("code=code", "error=access_denied"):
                    async with browser.get(application.make_url(f"/callback?{query}")) as answer:
                        print(f"  {query}: {await answer.text()}")


asyncio.run(main())
PY
seen=$(bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = "json_data: True
  token request: application/json
  code=code: on_login, {'error': 'invalid_request'}
  error=access_denied: on_error, access_denied
json_data: False
  token request: application/x-www-form-urlencoded
  code=code: on_login, {'error': 'invalid_grant'}
  error=access_denied: on_error, access_denied" ]
