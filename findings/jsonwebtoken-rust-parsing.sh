#!/bin/sh
# jsonwebtoken 10.4.0 (Rust): a token with an unknown header that is not a string is refused, and so is a key set with an X25519 key.
#
# Expected: unknown members of a header are ignored (RFC 7515 §4), so a server may add a number or an object, as replicated claims are (RFC 7519 §5.3);
# and a key with an unknown curve is ignored, as RFC 7517 §5 recommends, so the RSA key beside it verifies.
# Seen: decode_header(), which decode() begins with, fails with "expected a string" for a number, a boolean or an object. JwkSet fails for the set with an
# X25519 key, which is a common one for encryption, as with Ed448, secp256k1 and ML-DSA. A server whose API runs in Rust should keep headers to
# strings, and encryption keys out of the set, or the application has to read each key of the set on its own.
#
# Needs Rust. Prints the outcome of each header and set, and fails when one changes.
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
base64 = "=0.22.1"
jsonwebtoken = { version = "=10.4.0", default-features = false }
serde_json = "1"
TOML
cat > src/main.rs <<'RS'
use base64::{engine::general_purpose::URL_SAFE_NO_PAD, Engine};
use jsonwebtoken::{decode_header, jwk::JwkSet};

fn main() {
    for more in [
        r#""kid":"1""#,
        r#""version":"1""#,
        r#""iat":1800000000"#,
        r#""client":{"name":"app"}"#,
    ] {
        let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"RS256","typ":"at+jwt",{more}}}"#));
        let outcome = match decode_header(&format!("{header}.e30.c2lnbmF0dXJl")) {
            Ok(_) => "read".to_string(),
            Err(error) => error.to_string().split(" at line").next().unwrap().to_string(),
        };
        println!("header with {more}: {outcome}");
    }
    let point = "A".repeat(43);
    let rsa = format!(r#"{{"kty":"RSA","kid":"1","n":"{point}","e":"AQAB"}}"#);
    for (name, other) in [
        ("Ed25519", format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{point}"}}"#)),
        ("X25519", format!(r#"{{"kty":"OKP","crv":"X25519","use":"enc","x":"{point}"}}"#)),
        ("secp256k1", format!(r#"{{"kty":"EC","crv":"secp256k1","x":"{point}","y":"{point}"}}"#)),
    ] {
        let outcome = match serde_json::from_str::<JwkSet>(&format!(r#"{{"keys":[{rsa},{other}]}}"#)) {
            Ok(set) => format!("{} keys", set.keys.len()),
            Err(error) => error.to_string().split(" at line").next().unwrap().to_string(),
        };
        println!("RSA and {name}: {outcome}");
    }
}
RS
cargo build --quiet 2> errors || { cat errors >&2; exit 1; }
seen=$(target/debug/here)
echo "$seen"
[ "$seen" = 'header with "kid":"1": read
header with "version":"1": read
header with "iat":1800000000: JSON error: invalid type: integer `1800000000`, expected a string
header with "client":{"name":"app"}: JSON error: invalid type: map, expected a string
RSA and Ed25519: 2 keys
RSA and X25519: data did not match any variant of untagged enum AlgorithmParameters
RSA and secp256k1: data did not match any variant of untagged enum AlgorithmParameters' ]
