#!/bin/sh
# atrium-oauth 0.2.0 (Rust), a client of the AT Protocol: the second redirect URI, refreshes and revocations only work at servers of one kind.
#
# Expected: the token request repeats the redirect URI of the authorization request (RFC 6749 §4.1.3); a refresh token stays usable when a refresh returns no
# new one (§6); revocation is answered by 200 (RFC 7009 §2.2); DPoP keys follow `dpop_signing_alg_values_supported` (RFC 9449 §5.1).
# Seen: the token request always has the first registered redirect URI, so a server refuses a code that was issued for the second. After such a refresh there is no
# refresh token any more, so the next refused call is repeated as it was. Revocation needs 204: after a 200 it is an error, and the session is kept. And the DPoP
# key is compared with the algorithms of client assertions: a server that lists RS256 there, and ES256 for DPoP, gets no request at all.
#
# Needs Rust. Prints the requests of each step and its outcome, and fails when one changes.
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
atrium-api = { version = "=0.26.0", default-features = false }
atrium-common = "=0.1.4"
atrium-identity = "=0.2.0"
atrium-oauth = { version = "=0.2.0", default-features = false }
atrium-xrpc = "=0.12.4"
serde_json = "1"
tokio = { version = "1", features = ["rt"] }
TOML
cat > src/main.rs <<'RS'
use atrium_api::did_doc::{DidDocument, Service};
use atrium_api::types::string::{Did, Handle};
use atrium_common::resolver::Resolver;
use atrium_oauth::store::{session::MemorySessionStore, state::MemoryStateStore};
use atrium_oauth::{AtprotoLocalhostClientMetadata, AuthorizeOptions, CallbackParams, KnownScope, OAuthClient, OAuthClientConfig, OAuthResolverConfig, Scope};
use atrium_xrpc::http::{Method, Request, Response};
use atrium_xrpc::{HttpClient, InputDataOrBytes, XrpcClient, XrpcRequest};
use std::sync::{Arc, Mutex};

type Failure = Box<dyn std::error::Error + Send + Sync>;
const PERSON: &str = "did:plc:abcdefghijklmnopqrstuvwx";

struct Dids;
impl Resolver for Dids {
    type Input = Did;
    type Output = DidDocument;
    type Error = atrium_identity::Error;
    async fn resolve(&self, did: &Did) -> Result<DidDocument, Self::Error> {
        let (id, r#type) = ("#atproto_pds".into(), "AtprotoPersonalDataServer".into());
        let service = Some(vec![Service { id, r#type, service_endpoint: "https://api.example".into() }]);
        Ok(DidDocument { context: None, id: did.to_string(), also_known_as: None, verification_method: None, service })
    }
}
struct Handles;
impl Resolver for Handles {
    type Input = Handle;
    type Output = Did;
    type Error = atrium_identity::Error;
    async fn resolve(&self, _: &Handle) -> Result<Did, Self::Error> {
        Err(atrium_identity::Error::NotFound)
    }
}

#[derive(Clone, Default)]
struct Server {
    more: &'static str,
    revocation: u16,
    state: Arc<Mutex<String>>,
}
fn parameter(form: &str, name: &str) -> String {
    let found = form.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    found.unwrap_or("-").replace("%3A", ":").replace("%2F", "/")
}
impl HttpClient for Server {
    async fn send_http(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Failure> {
        let form = String::from_utf8(request.body().clone())?;
        let mut answer = Response::builder().header("Content-Type", "application/json");
        let body = match request.uri().path() {
            "/.well-known/oauth-protected-resource" => {
                r#"{"resource": "https://api.example", "authorization_servers": ["https://issuer.example"], "scopes_supported": []}"#.to_string()
            }
            "/.well-known/oauth-authorization-server" => format!(
                r#"{{"issuer": "https://issuer.example", "authorization_endpoint": "https://issuer.example/authorize",
                "token_endpoint": "https://issuer.example/token", "revocation_endpoint": "https://issuer.example/revoke",
                "pushed_authorization_request_endpoint": "https://issuer.example/par", "response_types_supported": ["code"], "scopes_supported": ["atproto"],
                "token_endpoint_auth_methods_supported": ["none"], "dpop_signing_alg_values_supported": ["ES256"]{}}}"#,
                self.more
            ),
            "/par" => {
                println!("  pushed request: redirect_uri {}", parameter(&form, "redirect_uri"));
                *self.state.lock().unwrap() = parameter(&form, "state");
                answer = answer.status(201);
                r#"{"request_uri": "urn:1", "expires_in": 60}"#.to_string()
            }
            "/token" => {
                let names = ["grant_type", "redirect_uri", "refresh_token"];
                println!("  token request: {}", names.map(|name| parameter(&form, name)).join(" "));
                let more = if form.contains("code_verifier") { r#", "refresh_token": "refresh""# } else { "" };
                format!(r#"{{"access_token": "token", "token_type": "DPoP", "sub": "{PERSON}", "scope": "atproto", "expires_in": 0{more}}}"#)
            }
            "/revoke" => {
                answer = answer.status(self.revocation);
                String::new()
            }
            path => {
                println!("  call of {path}");
                answer = answer.status(401).header("WWW-Authenticate", r#"DPoP error="invalid_token""#);
                String::new()
            }
        };
        Ok(answer.body(body.into_bytes())?)
    }
}

async fn run() -> Result<(), Failure> {
    for (more, revocation) in [("", 200), ("", 204), (r#", "token_endpoint_auth_signing_alg_values_supported": ["RS256"]"#, 200)] {
        println!("revocation {revocation}{more}");
        let server = Server { more, revocation, ..Default::default() };
        let scopes = vec![Scope::Known(KnownScope::Atproto)];
        let redirect_uris = Some(vec!["http://127.0.0.1/one".into(), "http://127.0.0.1/two".into()]);
        let client = OAuthClient::new(OAuthClientConfig {
            client_metadata: AtprotoLocalhostClientMetadata { redirect_uris, scopes: Some(scopes.clone()) },
            keys: None,
            state_store: MemoryStateStore::default(),
            session_store: MemorySessionStore::default(),
            resolver: OAuthResolverConfig {
                did_resolver: Dids,
                handle_resolver: Handles,
                authorization_server_metadata: Default::default(),
                protected_resource_metadata: Default::default(),
            },
            http_client: server.clone(),
        })?;
        let options = AuthorizeOptions { redirect_uri: Some("http://127.0.0.1/two".into()), scopes, ..Default::default() };
        if let Err(error) = client.authorize("https://issuer.example", options).await {
            println!("  {error}");
            continue;
        }
        let state = Some(server.state.lock().unwrap().clone());
        let (session, _) = client.callback(CallbackParams { code: "code".into(), state, iss: Some("https://issuer.example".into()) }).await?;
        for _ in 0..2 {
            let (parameters, input) = (None::<()>, None::<InputDataOrBytes<()>>);
            let request = XrpcRequest { method: Method::GET, nsid: "app.example.list".into(), parameters, input, encoding: None };
            let outcome = session.send_xrpc::<_, (), (), serde_json::Value>(&request).await;
            println!("  its outcome: {}", if outcome.is_ok() { "answered" } else { "refused" });
        }
        let person: Did = PERSON.parse()?;
        let revoked = client.revoke(&person).await.map(|_| "done".to_string()).unwrap_or_else(|error| error.to_string());
        println!("  revoke: {revoked}, session kept: {}", client.restore(&person).await.is_ok());
    }
    Ok(())
}

fn main() {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run()).unwrap()
}
RS
cargo build --quiet 2> errors || { cat errors >&2; exit 1; }
seen=$(timeout 60 target/debug/here)
echo "$seen"
[ "$seen" = 'revocation 200
  pushed request: redirect_uri http://127.0.0.1/two
  token request: authorization_code http://127.0.0.1/one -
  call of /xrpc/app.example.list
  token request: refresh_token - refresh
  call of /xrpc/app.example.list
  its outcome: refused
  call of /xrpc/app.example.list
  call of /xrpc/app.example.list
  its outcome: refused
  revoke: http status: 200 OK, session kept: true
revocation 204
  pushed request: redirect_uri http://127.0.0.1/two
  token request: authorization_code http://127.0.0.1/one -
  call of /xrpc/app.example.list
  token request: refresh_token - refresh
  call of /xrpc/app.example.list
  its outcome: refused
  call of /xrpc/app.example.list
  call of /xrpc/app.example.list
  its outcome: refused
  revoke: done, session kept: false
revocation 200, "token_endpoint_auth_signing_alg_values_supported": ["RS256"]
  key does not match any alg supported by the server' ]
