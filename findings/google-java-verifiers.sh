#!/bin/sh
# google-oauth-client 1.39.0 and google-auth-library-oauth2-http 1.57.0 (Java): a key set is only read if each key says RS256 or ES256.
#
# Expected: `alg` and `kid` of a key are optional (RFC 7517 §4.4, §4.5), keys that are not understood are ignored (§5), and an audience is one string or an array
# (RFC 7519 §4.1.3). So IdTokenVerifier and TokenVerifier, with their own issuer and certificate location, verify a token by the RSA key of its `kid`.
# Seen: one key without `alg`, without `kid`, or with PS256 or EdDSA, wherever in the set, is a NullPointerException for the set as a whole; IdTokenVerifier
# just answers false. TokenVerifier compares the audience as a string, so `["app"]` does not match "app". A server whose tokens are verified by these
# writes `alg` into each key, keeps to the two algorithms, and writes a single audience as a string.
#
# Needs Java 17 and Maven. Prints both outcomes for each key set and audience, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>here</groupId><artifactId>here</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.google.oauth-client</groupId><artifactId>google-oauth-client</artifactId><version>1.39.0</version></dependency>
    <dependency><groupId>com.google.auth</groupId><artifactId>google-auth-library-oauth2-http</artifactId><version>1.57.0</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars > log 2>&1 || { cat log >&2; exit 1; }
cat > Run.java <<'JAVA'
import com.google.api.client.auth.openidconnect.*;
import com.google.api.client.json.gson.GsonFactory;
import com.google.auth.oauth2.TokenVerifier;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.security.*;
import java.security.interfaces.RSAPublicKey;
import java.util.*;

public class Run {
  static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  public static void main(String[] arguments) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    byte[] modulus = ((RSAPublicKey) pair.getPublic()).getModulus().toByteArray();
    String rsa = "{'kty': 'RSA', 'e': 'AQAB', 'n': '" + encoded(Arrays.copyOfRange(modulus, 1, 257)) + "'";
    String first = rsa + ", 'kid': '1', 'alg': 'RS256'}";
    Map<String, String> sets = new LinkedHashMap<>();
    sets.put("RS256", first);
    sets.put("no alg", rsa + ", 'kid': '1'}");
    sets.put("no kid beside it", first + ", " + rsa + ", 'alg': 'RS256'}");
    sets.put("PS256 beside it", first + ", " + rsa + ", 'kid': '2', 'alg': 'PS256'}");
    sets.put("EdDSA beside it", first + ", {'kty': 'OKP', 'crv': 'Ed25519', 'x': '" + "A".repeat(43) + "', 'kid': '2', 'alg': 'EdDSA'}");
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", exchange -> {
      String name = exchange.getRequestURI().getPath().substring(1);
      byte[] keys = ("{'keys': [" + sets.get(name) + "]}").replace('\'', '"').getBytes();
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, keys.length);
      exchange.getResponseBody().write(keys);
      exchange.close();
    });
    server.start();
    String origin = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    for (String name : sets.keySet()) print(name, pair.getPrivate(), origin, "'app'");
    print("RS256", pair.getPrivate(), origin, "['app']");
    server.stop(0);
  }

  static void print(String name, PrivateKey key, String origin, String audience) throws Exception {
    long now = System.currentTimeMillis() / 1000;
    String claims = "{'iss': 'https://issuer.example', 'sub': '1', 'aud': " + audience + ", 'iat': " + now + ", 'exp': " + (now + 300) + "}";
    String token = encoded("{'alg': 'RS256', 'kid': '1'}".replace('\'', '"').getBytes()) + "." + encoded(claims.replace('\'', '"').getBytes());
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key);
    signature.update(token.getBytes());
    token += "." + encoded(signature.sign());
    String keys = origin + name.replace(" ", "%20");
    boolean first = new IdTokenVerifier.Builder().setIssuer("https://issuer.example").setAudience(List.of("app")).setCertificatesLocation(keys).build()
        .verify(IdToken.parse(GsonFactory.getDefaultInstance(), token));
    String second = "true";
    try {
      TokenVerifier.newBuilder().setIssuer("https://issuer.example").setAudience("app").setCertificatesLocation(keys).build().verify(token);
    } catch (TokenVerifier.VerificationException error) {
      second = error.getMessage();
      for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause())
        if (cause instanceof NullPointerException) second = "NullPointerException";
    }
    System.out.println(name + ", aud " + audience + ": IdTokenVerifier " + first + ", TokenVerifier " + second);
  }
}
JAVA
seen=$(timeout 60 java -cp 'jars/*' Run.java 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = "RS256, aud 'app': IdTokenVerifier true, TokenVerifier true
no alg, aud 'app': IdTokenVerifier false, TokenVerifier NullPointerException
no kid beside it, aud 'app': IdTokenVerifier false, TokenVerifier NullPointerException
PS256 beside it, aud 'app': IdTokenVerifier false, TokenVerifier NullPointerException
EdDSA beside it, aud 'app': IdTokenVerifier false, TokenVerifier NullPointerException
RS256, aud ['app']: IdTokenVerifier true, TokenVerifier Expected audience does not match" ]
