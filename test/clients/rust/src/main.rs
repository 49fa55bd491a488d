//! Client libraries of Rust, one whole flow each. The person is played by the program that started this one: it gets the line
//! `visit URL`, and returns the URL of the callback; to the line `device URL` it approves the device.

use std::{env, error::Error, io, thread};

use oauth2::basic::BasicClient;
use oauth2::{DeviceAuthorizationUrl, StandardDeviceAuthorizationResponse};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::{
    AccessToken, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, RedirectUrl, Scope, TokenResponse, TokenUrl,
};
use reqwest::blocking::Client;

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let metadata = CoreProviderMetadata::discover(&IssuerUrl::new(env::var("ISSUER")?)?, &http)?;
    let name = env::args().nth(1).unwrap_or_default();
    match name.as_str() {
        "openidconnect" => code(&http, metadata)?,
        "oauth2-device" => device(&http, metadata)?,
        _ => return Err(format!("no client {name}").into()),
    }
    println!("done");
    Ok(())
}

/// The code flow of `openidconnect`, with the ID token and its `at_hash` checked, and a refresh.
fn code(http: &Client, metadata: CoreProviderMetadata) -> Outcome {
    let secret = ClientSecret::new(env::var("CLIENT_SECRET")?);
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(env::var("CLIENT_ID")?), Some(secret))
        .set_redirect_uri(RedirectUrl::new(env::var("REDIRECT_URI")?)?);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scope(Scope::new("profile".into()))
        .add_scope(Scope::new("offline_access".into()))
        .set_pkce_challenge(challenge)
        .url();
    println!("visit {url}");
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    let callback = reqwest::Url::parse(line.trim())?;
    let parameter = |name: &str| {
        callback
            .query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    assert_eq!(parameter("state").as_ref(), Some(state.secret()));

    let code = AuthorizationCode::new(parameter("code").ok_or("no code")?);
    let tokens = client.exchange_code(code)?.set_pkce_verifier(verifier).request(http)?;
    let id_token = tokens.id_token().ok_or("no ID token")?;
    let id_verifier = client.id_token_verifier();
    let claims = id_token.claims(&id_verifier, &nonce)?;
    let expected = claims.access_token_hash().ok_or("no at_hash")?;
    let key = id_token.signing_key(&id_verifier)?;
    let actual = openidconnect::AccessTokenHash::from_token(tokens.access_token(), id_token.signing_alg()?, key)?;
    assert_eq!(&actual, expected);

    let refresh = tokens.refresh_token().ok_or("no refresh token")?;
    let renewed = client.exchange_refresh_token(refresh)?.request(http)?;
    assert_ne!(
        renewed.refresh_token().map(|token| token.secret()),
        Some(refresh.secret())
    );
    let person: CoreUserInfoClaims = client
        .user_info(renewed.access_token().clone(), Some(claims.subject().clone()))?
        .request(http)?;
    assert_eq!(
        person.preferred_username().map(|name| name.to_string()),
        env::var("PERSON").ok()
    );
    Ok(())
}

/// The device flow of `oauth2`, whose first poll comes at once.
fn device(http: &Client, metadata: CoreProviderMetadata) -> Outcome {
    let endpoint = format!("{}/o/device-authorization", metadata.issuer().as_str());
    let token_endpoint = metadata.token_endpoint().ok_or("no token endpoint")?.to_string();
    let client = BasicClient::new(ClientId::new(env::var("CLIENT_ID")?))
        .set_device_authorization_url(DeviceAuthorizationUrl::new(endpoint)?)
        .set_token_uri(TokenUrl::new(token_endpoint)?);
    let started: StandardDeviceAuthorizationResponse = client
        .exchange_device_code()
        .add_scope(Scope::new("openid".into()))
        .add_scope(Scope::new("profile".into()))
        .request(http)?;
    println!(
        "device {}",
        started
            .verification_uri_complete()
            .ok_or("no complete address")?
            .secret()
    );
    let tokens = client
        .exchange_device_access_token(&started)
        .request(http, thread::sleep, None)?;
    let token = AccessToken::new(tokens.access_token().secret().clone());
    let person: serde_json::Value = http
        .get(metadata.userinfo_endpoint().ok_or("no userinfo endpoint")?.as_str())
        .bearer_auth(token.secret())
        .send()?
        .json()?;
    assert_eq!(
        person["preferred_username"].as_str(),
        env::var("PERSON").ok().as_deref()
    );
    Ok(())
}
