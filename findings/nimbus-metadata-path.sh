#!/bin/sh
# com.nimbusds oauth2-oidc-sdk 11.38.1, AuthorizationServerMetadata: the metadata of an issuer with a path is looked for at OpenID Connect's place.
#
# Expected: for `https://issuer.example/tenant`, RFC 8414 §3.1 puts `/.well-known/oauth-authorization-server` between host and path, unlike OpenID Connect
# Discovery §4, which appends its name. A class for RFC 8414 does the former.
# Seen: resolveURL() and resolve() append too, so they ask for an address that a server of RFC 8414 does not have; the right one has to be given
# to resolve() as a URL. A server with a path in its issuer should answer at both addresses.
#
# Needs Java 17 and Maven. Prints the addresses, and fails when one changes.
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
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;

public class Run {
  public static void main(String[] arguments) throws Exception {
    Issuer issuer = new Issuer("https://issuer.example/tenant");
    System.out.println("OpenID Connect: " + OIDCProviderMetadata.resolveURL(issuer));
    System.out.println("OAuth: " + AuthorizationServerMetadata.resolveURL(issuer));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", exchange -> {
      System.out.println("resolve() asks for " + exchange.getRequestURI());
      exchange.sendResponseHeaders(404, -1);
      exchange.close();
    });
    server.start();
    try {
      AuthorizationServerMetadata.resolve(new Issuer("http://127.0.0.1:" + server.getAddress().getPort() + "/tenant"));
    } catch (java.io.IOException expected) {
      // Nothing is found there.
    }
    System.exit(0);
  }
}
JAVA
seen=$(timeout 60 java -cp 'jars/*' Run.java 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = 'OpenID Connect: https://issuer.example/tenant/.well-known/openid-configuration
OAuth: https://issuer.example/tenant/.well-known/oauth-authorization-server
resolve() asks for /tenant/.well-known/oauth-authorization-server' ]
