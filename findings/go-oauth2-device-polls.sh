#!/bin/sh
# golang.org/x/oauth2 0.38.0, Config.DeviceAccessToken: two requests at each tick of the device flow.
#
# Expected: one request each `interval` seconds, as RFC 8628 §3.4 and §3.5 require.
# Seen: with automatic detection of AuthStyle, each answer `authorization_pending` is treated as a wrong authentication method: the
# same request follows at once with the client id in the form instead of the header. A server that enforces the interval
# answers `slow_down` to every second request, and each of those adds five seconds. With oauth2.AuthStyleInParams in the
# Endpoint it is one request.
#
# Prints the number of requests in the first four ticks, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
export GOPATH="$folder/go" GOFLAGS=-mod=mod
cat > go.mod <<'MOD'
module polls

go 1.24

require golang.org/x/oauth2 v0.38.0
MOD
cat > main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"time"

	"golang.org/x/oauth2"
)

func polls(style oauth2.AuthStyle) int32 {
	var count atomic.Int32
	ctx, cancel := context.WithTimeout(context.Background(), 4500*time.Millisecond)
	defer cancel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("content-type", "application/json")
		if r.URL.Path == "/device" {
			fmt.Fprint(w, `{"device_code":"d","user_code":"u","verification_uri":"https://issuer.example","expires_in":60,"interval":1}`)
			return
		}
		count.Add(1)
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":"authorization_pending"}`)
	}))
	defer server.Close()
	config := oauth2.Config{ClientID: "tv", Endpoint: oauth2.Endpoint{
		DeviceAuthURL: server.URL + "/device", TokenURL: server.URL + "/token", AuthStyle: style,
	}}
	device, err := config.DeviceAuth(ctx)
	if err != nil {
		panic(err)
	}
	config.DeviceAccessToken(ctx, device)
	return count.Load()
}

func main() {
	fmt.Println("detected:", polls(oauth2.AuthStyleAutoDetect))
	fmt.Println("in the form:", polls(oauth2.AuthStyleInParams))
}
GO
seen=$(go run . 2>errors || { cat errors >&2; exit 1; })
echo "$seen"
[ "$seen" = 'detected: 8
in the form: 4' ]
