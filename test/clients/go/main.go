// Client libraries of Go, one whole flow each. The person is played by the program that started this one: it gets the
// line `visit URL`, and returns the URL of the callback; to the line `device URL` it approves the device.
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"

	"github.com/cli/oauth/device"
	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

var (
	issuer   = os.Getenv("ISSUER")
	clientID = os.Getenv("CLIENT_ID")
	ctx      = context.Background()
)

func main() {
	flows := map[string]func(*oidc.Provider) error{"x-oauth2": code, "x-oauth2-device": devices, "cli-oauth": gh}
	provider, err := oidc.NewProvider(ctx, issuer)
	if err == nil {
		err = flows[os.Args[1]](provider)
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("done")
}

// code is the code flow of golang.org/x/oauth2, with the ID token checked by go-oidc, and a refresh.
func code(provider *oidc.Provider) error {
	config := oauth2.Config{
		ClientID:     clientID,
		ClientSecret: os.Getenv("CLIENT_SECRET"),
		Endpoint:     provider.Endpoint(),
		RedirectURL:  os.Getenv("REDIRECT_URI"),
		Scopes:       []string{oidc.ScopeOpenID, "profile", oidc.ScopeOfflineAccess},
	}
	verifier := oauth2.GenerateVerifier()
	fmt.Println("visit", config.AuthCodeURL("state", oidc.Nonce("nonce"), oauth2.S256ChallengeOption(verifier)))
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil {
		return err
	}
	answer, err := http.NewRequest("GET", strings.TrimSpace(line), nil)
	if err != nil {
		return err
	}
	token, err := config.Exchange(ctx, answer.FormValue("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		return err
	}
	raw, _ := token.Extra("id_token").(string)
	idToken, err := provider.Verifier(&oidc.Config{ClientID: clientID}).Verify(ctx, raw)
	if err != nil {
		return err
	}
	if idToken.Nonce != "nonce" {
		return fmt.Errorf("nonce: %q", idToken.Nonce)
	}
	renewed, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
	if err != nil {
		return err
	}
	if renewed.RefreshToken == token.RefreshToken || renewed.AccessToken == token.AccessToken {
		return fmt.Errorf("the refresh returned the same tokens")
	}
	return isPerson(provider, renewed)
}

// devices is the device flow of golang.org/x/oauth2, which finds out how to authenticate while it polls.
func devices(provider *oidc.Provider) error {
	config := oauth2.Config{ClientID: clientID, Endpoint: provider.Endpoint(), Scopes: []string{oidc.ScopeOpenID, "profile"}}
	started, err := config.DeviceAuth(ctx)
	if err != nil {
		return err
	}
	fmt.Println("device", started.VerificationURIComplete)
	token, err := config.DeviceAccessToken(ctx, started)
	if err != nil {
		return err
	}
	return isPerson(provider, token)
}

// gh is the device flow of gh, by its library.
func gh(provider *oidc.Provider) error {
	endpoint := provider.Endpoint()
	started, err := device.RequestCode(http.DefaultClient, endpoint.DeviceAuthURL, clientID, []string{"openid", "profile"})
	if err != nil {
		return err
	}
	fmt.Println("device", started.VerificationURIComplete)
	token, err := device.Wait(ctx, http.DefaultClient, endpoint.TokenURL, device.WaitOptions{ClientID: clientID, DeviceCode: started})
	if err != nil {
		return err
	}
	return isPerson(provider, &oauth2.Token{AccessToken: token.Token, TokenType: token.Type})
}

func isPerson(provider *oidc.Provider, token *oauth2.Token) error {
	info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return err
	}
	var person struct {
		Username string `json:"preferred_username"`
	}
	if err := info.Claims(&person); err != nil {
		return err
	}
	if person.Username != os.Getenv("PERSON") {
		return fmt.Errorf("signed in as %q", person.Username)
	}
	return nil
}
