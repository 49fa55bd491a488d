#!/bin/sh
# scim2-models 0.12.3 (Python, below scim2-client): one user with an extension that the client does not know makes a whole list unreadable.
#
# Expected: extensions have names of their own so that resources can carry more than everybody knows (RFC 7643 §3.3); a client that asks for core
# attributes reads the users and leaves the rest.
# Seen: "Extra inputs are not permitted", for the list as a whole, when one of its users has a further extension, and the same for an unknown plain
# attribute. So a provider that adds an extension for one customer stops the others' clients. A client has to declare each extension
# (`User[Badge]`), or ask with `attributes`.
#
# Prints how many users are read from each list, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check scim2-models==0.12.3 pydantic==2.14.4
cat > run.py <<'PY'
from pydantic import ValidationError
from scim2_models import Context, EnterpriseUser, ListResponse, User

core, enterprise = "urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
badge = "urn:example:params:scim:schemas:extension:badge:2.0:User"
ada = {"schemas": [core], "id": "1", "userName": "ada", "meta": {"resourceType": "User"}}
bob = {**ada, "id": "2", "userName": "bob"}
for name, second in (
    ("core", bob),
    ("known extension", {**bob, "schemas": [core, enterprise], enterprise: {"department": "Engines"}}),
    ("unknown extension", {**bob, "schemas": [core, badge], badge: {"color": "blue"}}),
    ("unknown attribute", {**bob, "color": "blue"}),
):
    answer = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 2, "Resources": [ada, second],
    }
    try:
        found = ListResponse[User[EnterpriseUser]].model_validate(answer, scim_ctx=Context.SEARCH_RESPONSE)
        print(f"{name}: {len(found.resources)} users")
    except ValidationError as error:
        print(f"{name}: {error.errors()[0]['msg']}")
PY
seen=$(bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = "core: 2 users
known extension: 2 users
unknown extension: Extra inputs are not permitted
unknown attribute: Extra inputs are not permitted" ]
