#!/bin/sh
# oauth2 5.0.0 (Rust, below openidconnect and rmcp): on http the token endpoint works and revocation is refused, on loopback too.
#
# Expected: one rule for all endpoints with the client's secret: https everywhere (RFC 6749 §3.2, RFC 7009 §2), or with an exception for loopback in development.
# Seen: exchange_code() and introspect() send code, token and secret to any http address; revoke_token() alone answers ConfigurationError::InsecureUrl before a request,
# for localhost and 127.0.0.1 as well. So a sign-out that was written against a local server fails at this one step, and there is no setting for
# it. A test has to run the local server with TLS, or to send this request itself.
#
# Needs Rust. Prints the requests to each server and the refusals, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "here"
version = "0.1.0"
edition = "2021"

[dependencies]
oauth2 = { version = "=5.0.0", default-features = false }
TOML
cat > src/main.rs <<'RS'
use oauth2::basic::BasicClient;
use oauth2::*;

fn answer(request: HttpRequest) -> Result<HttpResponse, std::io::Error> {
    println!("  request: {}", request.uri());
    let body = br#"{"access_token": "token", "token_type": "Bearer", "active": true}"#.to_vec();
    Ok(http::Response::builder().header("Content-Type", "application/json").body(body).unwrap())
}

fn main() {
    for origin in ["https://issuer.example", "http://localhost:8787", "http://127.0.0.1:8787"] {
        println!("{origin}");
        let client = BasicClient::new(ClientId::new("app".into()))
            .set_client_secret(ClientSecret::new("secret".into()))
            .set_token_uri(TokenUrl::new(format!("{origin}/token")).unwrap())
            .set_introspection_url(IntrospectionUrl::new(format!("{origin}/introspect")).unwrap())
            .set_revocation_url(RevocationUrl::new(format!("{origin}/revoke")).unwrap());
        client.exchange_code(AuthorizationCode::new("code".into())).request(&answer).unwrap();
        client.introspect(&AccessToken::new("token".into())).request(&answer).unwrap();
        match client.revoke_token(AccessToken::new("token".into()).into()) {
            Ok(request) => request.request(&answer).unwrap(),
            Err(error) => println!("  {error:?}"),
        }
    }
}
RS
cargo build --quiet 2> errors || { cat errors >&2; exit 1; }
seen=$(target/debug/here)
echo "$seen"
[ "$seen" = 'https://issuer.example
  request: https://issuer.example/token
  request: https://issuer.example/introspect
  request: https://issuer.example/revoke
http://localhost:8787
  request: http://localhost:8787/token
  request: http://localhost:8787/introspect
  InsecureUrl("revocation")
http://127.0.0.1:8787
  request: http://127.0.0.1:8787/token
  request: http://127.0.0.1:8787/introspect
  InsecureUrl("revocation")' ]
