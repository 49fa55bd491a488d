#!/bin/sh
# github.com/zitadel/oidc/v3 3.52.0: a refreshed token without `expires_in` has expired when it arrives.
#
# Expected: `expires_in` is only recommended (RFC 6749 §5.1), and oauth2.Token, which the library returns, has a zero Expiry for a token whose
# lifetime is not known, and such a token is valid. After the exchange of a code, which x/oauth2 does, it is like that.
# Seen: after rp.RefreshTokens(), and after the other grants that the library does itself, the Expiry is the present moment, so Valid() is false at once. An
# application that refreshes when a token is not valid refreshes before each call of the API; with rotation that is a new refresh token for each. A
# server should always send `expires_in`.
#
# Needs Go. Prints whether each token counts as valid, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
export GOPATH="$folder/go" GOFLAGS=-mod=mod
cat > go.mod <<'MOD'
module here

go 1.25

require (
	github.com/zitadel/oidc/v3 v3.52.0
	golang.org/x/oauth2 v0.38.0
)
MOD
cat > main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/zitadel/oidc/v3/pkg/client/rp"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/oauth2"
)

func main() {
	for _, lifetime := range []string{"", `, "expires_in": 3600`} {
		server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) {
			answer.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(answer, `{"access_token": "token", "token_type": "Bearer", "refresh_token": "next"%s}`, lifetime)
		}))
		endpoint := oauth2.Endpoint{AuthURL: server.URL, TokenURL: server.URL, AuthStyle: oauth2.AuthStyleInHeader}
		config := &oauth2.Config{ClientID: "app", ClientSecret: "secret", RedirectURL: "https://app.example/callback", Endpoint: endpoint}
		party, err := rp.NewRelyingPartyOAuth(config)
		if err != nil {
			panic(err)
		}
		ctx := context.Background()
		exchanged, err := rp.CodeExchange[*oidc.IDTokenClaims](ctx, "code", party)
		if err != nil {
			panic(err)
		}
		refreshed, err := rp.RefreshTokens[*oidc.IDTokenClaims](ctx, party, "refresh", "", "")
		if err != nil {
			panic(err)
		}
		fmt.Printf("answer with access_token%s\n", lifetime)
		fmt.Printf("  code exchange: valid %t, no expiry %t\n", exchanged.Valid(), exchanged.Expiry.IsZero())
		fmt.Printf("  refresh: valid %t, no expiry %t\n", refreshed.Valid(), refreshed.Expiry.IsZero())
		server.Close()
	}
}
GO
seen=$(go run . 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = 'answer with access_token
  code exchange: valid true, no expiry true
  refresh: valid false, no expiry false
answer with access_token, "expires_in": 3600
  code exchange: valid true, no expiry false
  refresh: valid true, no expiry false' ]
