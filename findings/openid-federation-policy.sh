#!/bin/sh
# @openid-federation/core 0.2.1 and fedservice 0.6.0 (Python): metadata policies refuse entities that satisfy them.
#
# Expected: `superset_of` asks for at least these values (OpenID Federation §6.1.3.1); `essential` is checked after `default` has filled the gap;
# an operator that is neither standard nor in `metadata_policy_crit` is ignored (§6.1.3.2).
# Seen: the first library refuses a client with one grant type more than `superset_of` demands: only equal lists pass. It refuses any
# policy, and so the superior's whole statement, that has an unknown operator beside a standard one. The second refuses
# `default` with `essential`, though the default was just applied. A trust anchor that serves both should use neither of the three.
#
# Prints the result of each policy for a client with two grant types, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check fedservice==0.6.0 cryptojwt==1.11.0
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @openid-federation/core@0.2.1
cat > policies.json <<'JSON'
{
  "superset_of, all": { "grant_types": { "superset_of": ["authorization_code", "refresh_token"] } },
  "superset_of, one": { "grant_types": { "superset_of": ["authorization_code"] } },
  "default": { "response_types": { "default": ["code"] } },
  "default and essential": { "response_types": { "default": ["code"], "essential": true } },
  "subset_of": { "grant_types": { "subset_of": ["authorization_code", "refresh_token"] } },
  "subset_of and other": { "grant_types": { "subset_of": ["authorization_code", "refresh_token"], "regexp": "^[a-z_]+$" } }
}
JSON
cat > run.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { applyMetadataPolicyToMetadata, metadataPolicySchema } from '@openid-federation/core'

const leafMetadata = { openid_relying_party: { grant_types: ['authorization_code', 'refresh_token'], client_registration_types: ['automatic'] } }
for (const [name, policy] of Object.entries(JSON.parse(readFileSync('policies.json', 'utf8')))) {
  let outcome = 'satisfied'
  try {
    for (const operators of Object.values(policy)) metadataPolicySchema.parse(operators)
    applyMetadataPolicyToMetadata({ leafMetadata, policyMetadata: { openid_relying_party: policy } })
  } catch (error) {
    outcome = error.constructor.name
  }
  console.log(`core, ${name}: ${outcome}`)
}
JS
cat > run.py <<'PY'
import json
from fedservice.entity_statement.policy import PolicyError, apply_policy

for name, policy in json.load(open("policies.json")).items():
    outcome = "satisfied"
    try:
        apply_policy({"grant_types": ["authorization_code", "refresh_token"]}, policy)
    except PolicyError as error:
        outcome = f"PolicyError, {error}"
    print(f"fedservice, {name}: {outcome}")
PY
seen=$(node run.mjs; bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = "core, superset_of, all: satisfied
core, superset_of, one: PolicyValidationError
core, default: satisfied
core, default and essential: satisfied
core, subset_of: satisfied
core, subset_of and other: ZodError
fedservice, superset_of, all: satisfied
fedservice, superset_of, one: satisfied
fedservice, default: satisfied
fedservice, default and essential: PolicyError, Essential claim 'response_types' missing
fedservice, subset_of: satisfied
fedservice, subset_of and other: satisfied" ]
