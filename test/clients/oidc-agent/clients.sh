#!/bin/sh
# oidc-agent: the code flow, with a client ID and by registration, and the device flow; then a token by refresh. The person is played
# by the program that started this one: it gets the line `visit URL`, and returns the URL of the callback; to the line `device URL` it
# approves the device.
set -eu
home=$(mktemp -d)
export OIDC_CONFIG_DIR="$home" OIDC_ENCRYPTION_PW=only-for-this-test
eval "$(oidc-agent)" >/dev/null
trap 'kill "$OIDCD_PID"; rm -r "$home"' EXIT
trap 'exit 1' TERM INT

# Waits for a text that oidc-gen prints.
printed() {
  until grep -oE "$1" "$home/said"; do
    kill -0 "$made" || { cat "$home/said"; exit 1; }
    sleep 0.1
  done
}

case $1 in
  code) set -- --client-id="$CLIENT_ID" --client-secret= --flow=code ;;
  device) set -- --client-id="$CLIENT_ID" --client-secret= --flow=device ;;
  registration) set -- --flow=code ;;
esac
oidc-gen latchkey --issuer="$ISSUER" --redirect-uri="$REDIRECT_URI" --scope='openid profile offline_access' "$@" \
  --no-url-call --prompt=none --pw-env --confirm-default >"$home/said" 2>&1 &
made=$!
case $* in
  *device)
    code=$(printed 'enter the code: .+')
    echo "device $ISSUER/o/device?user_code=${code##* }"
    ;;
  *)
    echo "visit $(printed "$ISSUER/o/authorize[^ ]*" | head -n 1)"
    read -r callback
    # oidc-agent listens there.
    curl --silent --fail --output /dev/null "$callback"
    ;;
esac
wait "$made" || { cat "$home/said"; exit 1; }

# More time than any token has left: it gets a new one with its refresh token.
token=$(oidc-token --time=100000 latchkey)
curl --silent --fail --oauth2-bearer "$token" "$ISSUER/o/userinfo" | grep -q "\"preferred_username\":\"$PERSON\""
echo done
