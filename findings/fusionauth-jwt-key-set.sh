#!/bin/sh
# io.fusionauth fusionauth-jwt 6.0.0: a key for encryption, or one with `alg: EdDSA`, makes the whole key set unreadable.
#
# Expected: `RSA-OAEP` and others as `alg` of a key with `use: enc` (RFC 7518 §4.1) are no concern of somebody who verifies signatures, and keys that a
# library does not understand are ignored (RFC 7517 §5). Servers that decrypt request objects publish such a key in their one set.
# Seen: `alg` is read into an enumeration of its own, so one encryption key is an exception for the set as a whole, as is one of ML-DSA, and
# a signing key with `alg: EdDSA`, the name that most servers write (RFC 8037): only `Ed25519` (RFC 9864) is known. Without `alg`, which is
# optional, each is read. A server should leave `alg` out of such keys where these clients verify its tokens.
#
# Needs Java 17 and Maven. Prints the outcome of each set, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>here</groupId><artifactId>here</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.fusionauth</groupId><artifactId>fusionauth-jwt</artifactId><version>6.0.0</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars > log 2>&1 || { cat log >&2; exit 1; }
cat > Run.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import io.fusionauth.jwks.JSONWebKeySetHelper;
import java.net.InetSocketAddress;

public class Run {
  static String set;

  public static void main(String[] arguments) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", exchange -> {
      byte[] body = set.getBytes();
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.start();
    String rsa = "'kty':'RSA','n':'" + "s".repeat(342) + "','e':'AQAB'";
    String okp = "'kty':'OKP','crv':'Ed25519','x':'11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'";
    for (String other : new String[] {
      "'kid':'2','use':'enc'," + rsa,
      "'kid':'2','use':'enc','alg':'RSA-OAEP-256'," + rsa,
      "'kid':'2','use':'sig'," + okp,
      "'kid':'2','use':'sig','alg':'EdDSA'," + okp,
      "'kid':'2','use':'sig','alg':'Ed25519'," + okp,
      "'kid':'2','use':'sig','kty':'AKP','alg':'ML-DSA-44','pub':'AAAA'",
    }) {
      set = ("{'keys':[{'kid':'1','use':'sig','alg':'RS256'," + rsa + "},{" + other + "}]}").replace('\'', '"');
      String outcome;
      try {
        outcome = JSONWebKeySetHelper.retrieveKeysFromJWKS("http://127.0.0.1:" + server.getAddress().getPort()).size() + " keys";
      } catch (Exception error) {
        outcome = error.getClass().getSimpleName();
      }
      System.out.println("beside " + other.replaceAll(",'(n|x)':.*", "") + ": " + outcome);
    }
    server.stop(0);
  }
}
JAVA
seen=$(timeout 60 java -cp 'jars/*' Run.java 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = "beside 'kid':'2','use':'enc','kty':'RSA': 2 keys
beside 'kid':'2','use':'enc','alg':'RSA-OAEP-256','kty':'RSA': JSONWebKeyBuilderException
beside 'kid':'2','use':'sig','kty':'OKP','crv':'Ed25519': 2 keys
beside 'kid':'2','use':'sig','alg':'EdDSA','kty':'OKP','crv':'Ed25519': JSONWebKeyBuilderException
beside 'kid':'2','use':'sig','alg':'Ed25519','kty':'OKP','crv':'Ed25519': 2 keys
beside 'kid':'2','use':'sig','kty':'AKP','alg':'ML-DSA-44','pub':'AAAA': JSONWebKeyBuilderException" ]
