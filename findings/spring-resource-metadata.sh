#!/bin/sh
# Spring Security 7.1.0 (Spring Boot 4.1.0), resource server: its RFC 9728 document, on by default, leads nowhere.
#
# Expected: an API that is configured with an issuer names it in `authorization_servers`, or announces no document.
# Seen: every 401 has `resource_metadata`, and the document there has no `authorization_servers`, but says
# `tls_client_certificate_bound_access_tokens: true`, though ordinary bearer tokens are accepted. A client that discovers
# (MCP's do) takes the API's own origin for the authorization server, or believes that it needs a client certificate.
# `oauth2ResourceServer(o -> o.protectedResourceMetadata(p -> p.protectedResourceMetadataCustomizer(…)))` sets both right.
#
# Needs Java 17, Maven and curl. Prints the header and the document, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
server=
cd "$folder"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent>
    <groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>4.1.0</version>
  </parent>
  <groupId>here</groupId><artifactId>here</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.springframework.boot</groupId>
      <artifactId>spring-boot-starter-security-oauth2-resource-server</artifactId>
    </dependency>
    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-webmvc</artifactId></dependency>
  </dependencies>
</project>
XML
mkdir -p src/main/java/here
cat > src/main/java/here/Main.java <<'JAVA'
package here;

@org.springframework.boot.autoconfigure.SpringBootApplication
public class Main {
  public static void main(String[] arguments) {
    org.springframework.boot.SpringApplication.run(Main.class, arguments);
  }
}
JAVA
mvn -q -B compile dependency:copy-dependencies -DoutputDirectory=lib >log 2>&1 || { cat log >&2; exit 1; }
java -cp 'target/classes:lib/*' here.Main --server.port=0 \
  --spring.security.oauth2.resourceserver.jwt.issuer-uri=https://issuer.example >log 2>&1 &
server=$!
until port=$(grep -oE 'started on port [0-9]+' log | grep -oE '[0-9]+'); do
  kill -0 "$server" || { cat log >&2; exit 1; }
  sleep 0.2
done
api=http://localhost:$port
seen=$(curl -s -D - -o /dev/null "$api/" | tr -d '\r' | grep -i '^www-authenticate' | sed "s|$api||"
  curl -s "$api/.well-known/oauth-protected-resource" | sed "s|$api||")
echo "$seen"
[ "$seen" = 'WWW-Authenticate: Bearer resource_metadata="/.well-known/oauth-protected-resource"
{"resource":"","bearer_methods_supported":["header"],"tls_client_certificate_bound_access_tokens":true}' ]
