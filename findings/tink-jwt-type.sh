#!/bin/sh
# com.google.crypto.tink 1.24.0 (Java), JwtPublicKeyVerify: a token that has a `typ` is refused unless the validator names it, and so is a key set without `alg`.
#
# Expected: a validator for issuer and audience takes a token with `typ: JWT`, which most servers write (RFC 7519 §5.1), and one with `at+jwt`; `alg` of a key is
# optional (RFC 7517 §4.4), and a key for encryption or of another algorithm is ignored (§5).
# Seen: any `typ` is an error unless expectTypeHeader() has the same text, to the letter, or ignoreTypeHeader() is called; a token without one is accepted. The same goes
# for `iss` and `aud`, but there one expects it. JwkSetConverter refuses the set as a whole for a key without `alg`, with `RSA-OAEP` or with
# `EdDSA`. An API writes expectTypeHeader("at+jwt"), which RFC 9068 §4 asks for anyway; a server writes `alg` into each key.
#
# Needs Java 17 and Maven. Prints the outcome of each token and set, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>here</groupId><artifactId>here</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.google.crypto.tink</groupId><artifactId>tink</artifactId><version>1.24.0</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars > log 2>&1 || { cat log >&2; exit 1; }
cat > Run.java <<'JAVA'
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.jwt.*;
import java.security.*;
import java.security.interfaces.RSAPublicKey;
import java.util.*;

public class Run {
  static KeyPair pair;

  static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static void print(String name, String header, String keys, JwtValidator.Builder validator) throws Exception {
    String claims = "{'iss': 'https://issuer.example', 'aud': 'app', 'exp': " + (System.currentTimeMillis() / 1000 + 300) + "}";
    String token = encoded(("{'alg': 'RS256', 'kid': '1'" + header + "}").replace('\'', '"').getBytes());
    token += "." + encoded(claims.replace('\'', '"').getBytes());
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(pair.getPrivate());
    signature.update(token.getBytes());
    token += "." + encoded(signature.sign());
    try {
      var set = JwkSetConverter.toPublicKeysetHandle(("{'keys': [" + keys + "]}").replace('\'', '"'));
      var verifier = set.getPrimitive(RegistryConfiguration.get(), JwtPublicKeyVerify.class);
      verifier.verifyAndDecode(token, validator.expectIssuer("https://issuer.example").expectAudience("app").build());
      System.out.println(name + ": accepted");
    } catch (GeneralSecurityException error) {
      System.out.println(name + ": " + error.getMessage());
    }
  }

  public static void main(String[] arguments) throws Exception {
    JwtSignatureConfig.register();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    pair = generator.generateKeyPair();
    byte[] modulus = ((RSAPublicKey) pair.getPublic()).getModulus().toByteArray();
    String rsa = "{'kty': 'RSA', 'e': 'AQAB', 'n': '" + encoded(Arrays.copyOfRange(modulus, 1, 257)) + "'";
    String key = rsa + ", 'kid': '1', 'alg': 'RS256'}";
    print("no typ", "", key, JwtValidator.newBuilder());
    print("JWT", ", 'typ': 'JWT'", key, JwtValidator.newBuilder());
    print("at+jwt", ", 'typ': 'at+jwt'", key, JwtValidator.newBuilder());
    print("at+jwt, expected", ", 'typ': 'at+jwt'", key, JwtValidator.newBuilder().expectTypeHeader("at+jwt"));
    print("key without alg", "", rsa + ", 'kid': '1'}", JwtValidator.newBuilder());
    print("key for encryption beside it", "", key + ", " + rsa + ", 'kid': '2', 'alg': 'RSA-OAEP', 'use': 'enc'}", JwtValidator.newBuilder());
    String other = "{'kty': 'OKP', 'crv': 'Ed25519', 'x': '" + "A".repeat(43) + "', 'kid': '2', 'alg': 'EdDSA'}";
    print("EdDSA beside it", "", key + ", " + other, JwtValidator.newBuilder());
  }
}
JAVA
seen=$(timeout 60 java -cp 'jars/*' Run.java 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = 'no typ: accepted
JWT: invalid JWT; token has type header set, but validator not.
at+jwt: invalid JWT; token has type header set, but validator not.
at+jwt, expected: accepted
key without alg: alg not found
key for encryption beside it: Unknown Rsa Algorithm: RSA-OAEP
EdDSA beside it: unexpected alg value: EdDSA' ]
