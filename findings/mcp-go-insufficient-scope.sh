#!/bin/sh
# github.com/modelcontextprotocol/go-sdk 1.8.0: its API does not say `insufficient_scope`, without which its client asks for no further scope.
#
# Expected: RequireBearerToken with the scope `write` answers a token that has only `read` by 403 with `error="insufficient_scope"` (RFC 6750 §3.1), and
# the client of the same module starts an authorization for it.
# Seen: 403 with `scope` alone, and 401 without `error="invalid_token"`; without a metadata address and scopes even 401 has no WWW-Authenticate. The client
# takes a 403 without the code as final, and the person is never asked. An API with this middleware has to add `error` itself, in a wrapper
# around the ResponseWriter; other clients that look for the code fail in the same way.
#
# Needs Go. Prints the challenges and whether the client asks the person, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
export GOPATH="$folder/go" GOFLAGS=-mod=mod
cat > go.mod <<'MOD'
module here

go 1.25

require github.com/modelcontextprotocol/go-sdk v1.8.0
MOD
cat > main.go <<'GO'
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/oauthex"
)

// Without metadata the client falls back to fixed addresses, which are enough to see whether it asks.
type nothing struct{}

func (nothing) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 404, Body: http.NoBody, Request: request}, nil
}

func main() {
	verify := func(_ context.Context, token string, _ *http.Request) (*auth.TokenInfo, error) {
		if token != "valid" {
			return nil, auth.ErrInvalidToken
		}
		return &auth.TokenInfo{Scopes: []string{"read"}, Expiration: time.Now().Add(time.Hour)}, nil
	}
	asked := false
	client, _ := auth.NewAuthorizationCodeHandler(&auth.AuthorizationCodeHandlerConfig{
		RedirectURL:         "http://127.0.0.1:3000/callback",
		PreregisteredClient: &oauthex.ClientCredentials{ClientID: "app"},
		AuthorizationCodeFetcher: func(context.Context, *auth.AuthorizationArgs) (*auth.AuthorizationResult, error) {
			asked = true
			return nil, errors.New("asked")
		},
		Client: &http.Client{Transport: nothing{}},
	})
	for _, try := range [][2]string{{"wrong", ""}, {"valid", ""}, {"valid", `, error="insufficient_scope"`}} {
		request := httptest.NewRequest("POST", "https://api.example/mcp", nil)
		request.Header.Set("Authorization", "Bearer "+try[0])
		answer := httptest.NewRecorder()
		auth.RequireBearerToken(verify, &auth.RequireBearerTokenOptions{Scopes: []string{"write"}})(http.NotFoundHandler()).ServeHTTP(answer, request)
		response := answer.Result()
		challenge := response.Header.Get("WWW-Authenticate") + try[1]
		response.Header.Set("WWW-Authenticate", challenge)
		asked = false
		client.Authorize(context.Background(), request, response)
		fmt.Printf("%s token: %d %s, asks the person: %t\n", try[0], answer.Code, challenge, asked)
	}
}
GO
seen=$(go run . 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = 'wrong token: 401 Bearer scope="write", asks the person: true
valid token: 403 Bearer scope="write", asks the person: false
valid token: 403 Bearer scope="write", error="insufficient_scope", asks the person: true' ]
