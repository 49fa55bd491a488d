#!/bin/sh
# openid 0.25.0 (Rust): a birthdate that is only a year makes the whole userinfo, and the whole ID token, unreadable.
#
# Expected: `birthdate` is YYYY-MM-DD, with the year 0000 if that is left out, or YYYY alone (OpenID Connect Core §5.1), and a claim that the application
# does not even use is no reason to refuse a sign-in.
# Seen: a date of chrono, so "1990" is an error of the JSON parser, "premature end of input", for Userinfo and for StandardClaims, which hold the claims of an ID
# token; "0000-02-03" is read. The person can't sign in, and the message names no claim. openidconnect, the other crate for this, keeps the text. An
# application leaves out the scope `profile`, or has claims of its own; a server whose form asks for a year alone will meet this.
#
# Needs Rust. Prints the outcome of each birthdate, and fails when one changes.
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
openid = { version = "=0.25.0", default-features = false }
serde_json = "1"
TOML
cat > src/main.rs <<'RS'
use openid::{StandardClaims, Userinfo};

fn outcome<T>(read: Result<T, serde_json::Error>) -> String {
    read.map(|_| "read".to_string()).unwrap_or_else(|error| error.to_string().split(" at line").next().unwrap().to_string())
}

fn main() {
    for birthdate in ["1990-02-03", "0000-02-03", "1990"] {
        let claims = format!(r#""sub": "1", "birthdate": "{birthdate}""#);
        let token = format!(r#"{{"iss": "https://issuer.example", "aud": "app", "exp": 1800000000, "iat": 1700000000, {claims}}}"#);
        let userinfo = outcome(serde_json::from_str::<Userinfo>(&format!("{{{claims}}}")));
        println!("{birthdate}: userinfo {userinfo}, ID token {}", outcome(serde_json::from_str::<StandardClaims>(&token)));
    }
}
RS
cargo build --quiet 2> errors || { cat errors >&2; exit 1; }
seen=$(target/debug/here)
echo "$seen"
[ "$seen" = '1990-02-03: userinfo read, ID token read
0000-02-03: userinfo read, ID token read
1990: userinfo premature end of input, ID token premature end of input' ]
