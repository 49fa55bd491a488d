#!/bin/sh
# atrium-oauth 0.2.0 (Rust), a client of the AT Protocol: `htu` of its DPoP proofs has the query of the request.
#
# Expected: `htu` is the URI of the request without query and fragment (RFC 9449 §4.2), so a proof for a call with parameters names the path alone.
# Seen: the whole URI. An API that compares as §4.3 says, its own address without the query with the claim, refuses each call with parameters, while tokens
# are issued and calls without a query pass. DpopClient, which the sessions use and which is public, has no setting for it. An API for these
# clients has to cut the query off the claim too before it compares.
#
# Needs Rust. Prints `htu` for each request, and fails when one changes.
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
atrium-oauth = { version = "=0.2.0", default-features = false }
atrium-xrpc = "=0.12.4"
base64 = "=0.22.1"
jose-jwk = "=0.1.2"
serde_json = "1"
tokio = { version = "1", features = ["rt"] }
TOML
cat > src/main.rs <<'RS'
use atrium_oauth::DpopClient;
use atrium_xrpc::http::{Request, Response};
use atrium_xrpc::HttpClient;
use base64::{engine::general_purpose::URL_SAFE_NO_PAD, Engine};
use std::sync::Arc;

type Failure = Box<dyn std::error::Error + Send + Sync>;

struct Api;
impl HttpClient for Api {
    async fn send_http(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Failure> {
        let claims = request.headers()["DPoP"].to_str()?.split('.').nth(1).unwrap().to_string();
        let claims: serde_json::Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims)?)?;
        println!("{}: htu {}", request.uri(), claims["htu"]);
        Ok(Response::new(Vec::new()))
    }
}

fn main() {
    // The example key of RFC 7515, appendix A.3.
    let key: jose_jwk::Key = serde_json::from_str(
        r#"{"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#,
    )
    .unwrap();
    let client = DpopClient::new(key, Arc::new(Api), false, &None).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for address in ["https://api.example/list", "https://api.example/list?limit=5"] {
        runtime.block_on(client.send_http(Request::builder().uri(address).body(Vec::new()).unwrap())).unwrap();
    }
}
RS
cargo build --quiet 2> errors || { cat errors >&2; exit 1; }
seen=$(timeout 60 target/debug/here)
echo "$seen"
[ "$seen" = 'https://api.example/list: htu "https://api.example/list"
https://api.example/list?limit=5: htu "https://api.example/list?limit=5"' ]
