#!/bin/sh
# github.com/modelcontextprotocol/go-sdk 1.8.0: a public client authenticates with an empty secret.
#
# Expected: a client without a secret, known by the address of its metadata document or registered before, sends `client_id` in the form and no
# credentials (RFC 6749 §3.2.1), since the server lists `none` under `token_endpoint_auth_methods_supported`.
# Seen: the code goes out in a request with `Authorization: Basic`, the id and nothing behind the colon. After a 401 the same code is sent again with
# `client_id` in the form, which a server may take for a replay; and a registered client at a server that lists `client_secret_basic` but not
# `client_secret_post` gives up instead. A server should treat an empty secret as none, and not spend the code on a refused client.
#
# Needs Go. Prints the token requests of each client, and fails when they change.
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
	"fmt"
	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/oauthex"
	"net/http"
	"net/http/httptest"
	"net/url"
)

type server struct{}

func (server) RoundTrip(request *http.Request) (*http.Response, error) {
	status, document := 200, `{"issuer": "https://api.example", "authorization_endpoint": "https://api.example/authorize",
		"token_endpoint": "https://api.example/token", "code_challenge_methods_supported": ["S256"],
		"client_id_metadata_document_supported": true, "token_endpoint_auth_methods_supported": ["none", "client_secret_basic"]}`
	if request.URL.Path == "/token" {
		request.ParseForm()
		id, secret, basic := request.BasicAuth()
		fmt.Printf("  header: %q, form: client_id %q, code %q\n", id+":"+secret, request.FormValue("client_id"), request.FormValue("code"))
		if document = `{"access_token": "token", "token_type": "Bearer"}`; basic {
			status, document = 401, `{"error": "invalid_client"}`
		}
	}
	answer := httptest.NewRecorder()
	answer.Header().Set("Content-Type", "application/json")
	answer.WriteHeader(status)
	answer.WriteString(document)
	return answer.Result(), nil
}

func main() {
	fetch := func(_ context.Context, asked *auth.AuthorizationArgs) (*auth.AuthorizationResult, error) {
		address, err := url.Parse(asked.URL)
		return &auth.AuthorizationResult{Code: "code", State: address.Query().Get("state")}, err
	}
	for _, config := range []auth.AuthorizationCodeHandlerConfig{
		{ClientIDMetadataDocumentConfig: &auth.ClientIDMetadataDocumentConfig{URL: "https://app.example/client.json"}},
		{PreregisteredClient: &oauthex.ClientCredentials{ClientID: "app"}},
	} {
		fmt.Println("registered client:", config.PreregisteredClient != nil)
		config.RedirectURL, config.AuthorizationCodeFetcher, config.Client = "http://127.0.0.1:3000/callback", fetch, &http.Client{Transport: server{}}
		client, _ := auth.NewAuthorizationCodeHandler(&config)
		request, _ := http.NewRequest("POST", "https://api.example/mcp", nil)
		fmt.Println("  error:", client.Authorize(context.Background(), request, &http.Response{StatusCode: 401, Body: http.NoBody}))
	}
}
GO
seen=$(go run . 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = 'registered client: false
  header: "https%3A%2F%2Fapp.example%2Fclient.json:", form: client_id "", code "code"
  header: ":", form: client_id "https://app.example/client.json", code "code"
  error: <nil>
registered client: true
  header: "app:", form: client_id "", code "code"
  error: token exchange failed: oauth2: "invalid_client"' ]
