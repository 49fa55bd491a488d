#!/bin/sh
# com.nimbusds oauth2-oidc-sdk 11.38.1, DPoPProtectedResourceRequestVerifier: `htu` is compared without the usual normalization.
#
# Expected: RFC 9449 §4.3 says that a server should normalize both addresses before it compares them (RFC 3986 §6.2.2 and §6.2.3), so an explicit
# default port, capitals in the host and an empty path make no difference.
# Seen: each of them is "htu claim value rejected", while an unnecessary percent-encoding and a query make none. It meets clients whose HTTP
# library writes the port or the slash on its own, and APIs behind a proxy that sees `:443`. An API has to normalize the address before
# it calls the verifier, and a client should write `htu` without the default port and with `/`.
#
# Needs Java 17 and Maven. Prints the outcome for each pair, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>here</groupId><artifactId>here</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.nimbusds</groupId><artifactId>oauth2-oidc-sdk</artifactId><version>11.38.1</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars > log 2>&1 || { cat log >&2; exit 1; }
cat > Run.java <<'JAVA'
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.*;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.dpop.*;
import com.nimbusds.oauth2.sdk.dpop.verifiers.*;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import java.net.URI;
import java.util.*;

public class Run {
  public static void main(String[] arguments) throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).generate();
    DPoPProofFactory client = new DefaultDPoPProofFactory(key, JWSAlgorithm.ES256);
    var api = new DPoPProtectedResourceRequestVerifier(Set.of(JWSAlgorithm.ES256), 60, 60, null);
    var token = new DPoPAccessToken("access");
    for (String[] pair : new String[][] {
      {"https://api.example/a", "https://api.example/a"},
      {"https://api.example/a", "https://api.example/a?page=1"},
      {"https://api.example/~a", "https://api.example/%7Ea"},
      {"https://api.example:443/a", "https://api.example/a"},
      {"https://api.example/a", "https://api.example:443/a"},
      {"https://API.example/a", "https://api.example/a"},
      {"https://api.example", "https://api.example/"},
    }) {
      String outcome = "accepted";
      try {
        var proof = client.createDPoPJWT("GET", URI.create(pair[0]), token);
        var issuer = new DPoPIssuer(new ClientID("app"));
        api.verify("GET", URI.create(pair[1]), issuer, proof, token, new JWKThumbprintConfirmation(key.computeThumbprint()), null);
      } catch (InvalidDPoPProofException refused) {
        outcome = refused.getMessage();
      }
      System.out.println("htu " + pair[0] + " for " + pair[1] + ": " + outcome);
    }
  }
}
JAVA
seen=$(timeout 60 java -cp 'jars/*' Run.java 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = 'htu https://api.example/a for https://api.example/a: accepted
htu https://api.example/a for https://api.example/a?page=1: accepted
htu https://api.example/~a for https://api.example/%7Ea: accepted
htu https://api.example:443/a for https://api.example/a: Invalid DPoP proof: JWT htu claim value rejected
htu https://api.example/a for https://api.example:443/a: Invalid DPoP proof: JWT htu claim value rejected
htu https://API.example/a for https://api.example/a: Invalid DPoP proof: JWT htu claim value rejected
htu https://api.example for https://api.example/: Invalid DPoP proof: JWT htu claim value rejected' ]
