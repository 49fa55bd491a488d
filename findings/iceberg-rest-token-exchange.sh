#!/bin/sh
# org.apache.iceberg iceberg-core 1.10.0 (Java), authorization of the REST catalog: a token of client credentials is renewed by token exchange.
#
# Expected: before a token from client credentials expires, the client asks for another one by the same grant, with its secret (RFC 6749 §4.4.3: there should
# be no refresh token).
# Seen: it asks for a token exchange (RFC 8693) with the old token as the subject, which is the Bearer credential of the request too; the secret is not sent. A server
# without that grant, or one that authenticates the client at its token endpoint, refuses that. The last try, after the token has expired, has the secret in
# the header, and is a token exchange as well; then nothing is tried any more, so the catalog works for one lifetime. With
# `token-exchange-enabled: false` in its configuration it asks as it did first.
#
# Needs Java 17 and Maven. Prints the different requests for a token with and without that setting, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>here</groupId><artifactId>here</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.iceberg</groupId><artifactId>iceberg-core</artifactId><version>1.10.0</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars > log 2>&1 || { cat log >&2; exit 1; }
cat > Run.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.*;
import java.util.concurrent.*;
import org.apache.iceberg.rest.HTTPClient;
import org.apache.iceberg.rest.auth.*;

public class Run {
  public static void main(String[] arguments) throws Exception {
    BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/token", exchange -> {
      String form = new String(exchange.getRequestBody().readAllBytes());
      String header = exchange.getRequestHeaders().getFirst("Authorization");
      boolean supported = form.contains("grant_type=client_credentials");
      requests.add("header: " + header + ", form: " + form.replace("urn%3Aietf%3Aparams%3Aoauth%3A", "…"));
      byte[] answer = (supported ? "{\"access_token\": \"token\", \"token_type\": \"Bearer\", \"expires_in\": 2}" : "{\"error\": \"unsupported_grant_type\"}").getBytes();
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(supported ? 200 : 400, answer.length);
      exchange.getResponseBody().write(answer);
      exchange.close();
    });
    server.start();
    String origin = "http://127.0.0.1:" + server.getAddress().getPort();
    for (String exchange : new String[] {"true", "false"}) {
      System.out.println("token-exchange-enabled: " + exchange);
      requests.clear();
      var properties = Map.of("uri", origin, "oauth2-server-uri", origin + "/token", "credential", "app:secret", "token-exchange-enabled", exchange);
      var client = HTTPClient.builder(properties).uri(origin).withAuthSession(AuthSession.EMPTY).build();
      var manager = new OAuth2Manager("catalog");
      manager.catalogSession(client, properties);
      Set<String> different = new LinkedHashSet<>();
      for (int turn = 0; turn < (exchange.equals("true") ? 20 : 3); turn++) {
        String request = requests.poll(40, TimeUnit.SECONDS);
        if (different.add("  " + request) && String.valueOf(request).contains("Basic")) break;
      }
      different.forEach(System.out::println);
      manager.close();
    }
    System.exit(0);
  }
}
JAVA
seen=$(timeout 120 java -cp 'jars/*' Run.java 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = 'token-exchange-enabled: true
  header: null, form: grant_type=client_credentials&client_id=app&client_secret=secret&scope=catalog
  header: Bearer token, form: grant_type=…grant-type%3Atoken-exchange&scope=catalog&subject_token=token&subject_token_type=…token-type%3Aaccess_token
  header: Basic YXBwOnNlY3JldA==, form: grant_type=…grant-type%3Atoken-exchange&scope=catalog&subject_token=token&subject_token_type=…token-type%3Aaccess_token
token-exchange-enabled: false
  header: null, form: grant_type=client_credentials&client_id=app&client_secret=secret&scope=catalog' ]
