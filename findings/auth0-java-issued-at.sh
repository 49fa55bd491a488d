#!/bin/sh
# java-jwt 4.6.2 and jwks-rsa 0.24.2 (Java): a token whose `iat` is a moment ahead of the API's clock is refused, and the URL of a key set is extended.
#
# Expected: `iat` says how old a token is (RFC 7519 §4.1.6), and is no condition, as `nbf` is; so two machines whose clocks differ by a few seconds get along.
# JwkProviderBuilder takes the `jwks_uri` of discovery, as a string or as a URL.
# Seen: "The Token can't be used before" its `iat`, without any leeway, while the same token without `iat` is accepted. It happens to the first request after a sign-in,
# and not to the next one. acceptIssuedAt(5) or acceptLeeway(5) helps. The string counts as the name of a domain: `/.well-known/jwks.json` is added to
# it, behind any path, so only a java.net.URL is requested as it is. A server that has its key set at that path serves both.
#
# Needs Java 17 and Maven. Prints the outcome of each token and the requested paths, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>here</groupId><artifactId>here</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.auth0</groupId><artifactId>java-jwt</artifactId><version>4.6.2</version></dependency>
    <dependency><groupId>com.auth0</groupId><artifactId>jwks-rsa</artifactId><version>0.24.2</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars > log 2>&1 || { cat log >&2; exit 1; }
cat > Run.java <<'JAVA'
import com.auth0.jwk.*;
import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTCreator;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.auth0.jwt.interfaces.Verification;
import com.sun.net.httpserver.HttpServer;
import java.net.*;
import java.security.KeyPairGenerator;
import java.security.interfaces.*;
import java.time.Instant;
import java.util.*;

public class Run {
  public static void main(String[] arguments) throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    var rsa = generator.generateKeyPair();
    Algorithm algorithm = Algorithm.RSA256((RSAPublicKey) rsa.getPublic(), (RSAPrivateKey) rsa.getPrivate());
    Instant soon = Instant.now().plusSeconds(10);
    JWTCreator.Builder without = JWT.create().withIssuer("https://issuer.example").withExpiresAt(soon.plusSeconds(300));
    String plain = without.sign(algorithm);
    String ahead = without.withIssuedAt(soon).sign(algorithm);
    print("no iat", plain, JWT.require(algorithm));
    print("iat ahead", ahead, JWT.require(algorithm));
    print("iat ahead, acceptIssuedAt", ahead, JWT.require(algorithm).acceptIssuedAt(20));

    byte[] modulus = ((RSAPublicKey) rsa.getPublic()).getModulus().toByteArray();
    String n = Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOfRange(modulus, 1, 257));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", exchange -> {
      System.out.println("  " + exchange.getRequestURI());
      byte[] keys = ("{\"keys\": [{\"kid\": \"1\", \"kty\": \"RSA\", \"n\": \"" + n + "\", \"e\": \"AQAB\"}]}").getBytes();
      exchange.sendResponseHeaders(200, keys.length);
      exchange.getResponseBody().write(keys);
      exchange.close();
    });
    server.start();
    String keys = "http://127.0.0.1:" + server.getAddress().getPort() + "/oauth/keys";
    System.out.println("string");
    new JwkProviderBuilder(keys).build().get("1");
    System.out.println("URL");
    new JwkProviderBuilder(new URL(keys)).build().get("1");
    server.stop(0);
  }

  static void print(String name, String token, Verification verification) {
    try {
      verification.withIssuer("https://issuer.example").build().verify(token);
      System.out.println(name + ": accepted");
    } catch (JWTVerificationException error) {
      System.out.println(name + ": " + error.getMessage().replaceAll(" 2.*", ""));
    }
  }
}
JAVA
seen=$(timeout 60 java -cp 'jars/*' Run.java 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = "no iat: accepted
iat ahead: The Token can't be used before
iat ahead, acceptIssuedAt: accepted
string
  /oauth/keys/.well-known/jwks.json
URL
  /oauth/keys" ]
