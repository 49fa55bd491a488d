#!/bin/sh
# kafka-clients 4.3.0, OAuthBearerLoginCallbackHandler: a client reads its own access token, and refuses it unless it is a signed JWT with `sub`.
#
# Expected: an access token is opaque to the client (RFC 6749 §1.4), so the client sends any token to the broker, which may introspect it, and renews it after
# `expires_in` of the answer.
# Seen: the login fails with invalid_token for an opaque token ("Malformed JWT"), for an encrypted one, and for a JWT without `sub`. `exp` of the JWT is what counts:
# `expires_in` is not read. So brokers with a validator of their own do not help as long as the client's `sasl.oauthbearer.jwt.validator.class` is not
# replaced too; a server has to issue JWTs to these clients, with `sub` for client credentials (RFC 9068 §2.2: the client's id).
#
# Needs Java 17 and Maven. Prints the outcome for each access token, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>here</groupId><artifactId>here</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-clients</artifactId><version>4.3.0</version></dependency>
    <dependency><groupId>org.bitbucket.b_c</groupId><artifactId>jose4j</artifactId><version>0.9.6</version></dependency>
    <dependency><groupId>com.fasterxml.jackson.core</groupId><artifactId>jackson-databind</artifactId><version>2.19.2</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars > log 2>&1 || { cat log >&2; exit 1; }
cat > Run.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.*;
import javax.security.auth.callback.Callback;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.oauthbearer.*;

public class Run {
  static String encoded(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.replace('\'', '"').getBytes());
  }

  static String jwt(String claims) {
    return encoded("{'alg': 'RS256', 'typ': 'at+jwt'}") + "." + encoded("{" + claims + "}") + ".c2lnbmF0dXJl";
  }

  public static void main(String[] arguments) throws Exception {
    long end = System.currentTimeMillis() / 1000 + 300;
    Map<String, String> tokens = new LinkedHashMap<>();
    tokens.put("JWT", jwt("'sub': 'app', 'exp': " + end));
    tokens.put("opaque", "mF_9B5f41JqM");
    tokens.put("encrypted", encoded("{'alg': 'RSA-OAEP-256', 'enc': 'A256GCM'}") + ".a.b.c.d");
    tokens.put("JWT without sub", jwt("'exp': " + end));
    String[] token = {""};
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/token", exchange -> {
      byte[] answer = "{'access_token': '%s', 'token_type': 'Bearer', 'expires_in': 60}".formatted(token[0]).replace('\'', '"').getBytes();
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
      exchange.close();
    });
    server.start();
    String endpoint = "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
    System.setProperty("org.apache.kafka.sasl.oauthbearer.allowed.urls", endpoint);
    ConfigDef definition = new ConfigDef();
    definition.withClientSaslSupport();
    var settings = new HashMap<String, Object>(definition.parse(Map.of()));
    settings.put("sasl.oauthbearer.token.endpoint.url", endpoint);
    settings.put("sasl.oauthbearer.client.credentials.client.id", "app");
    settings.put("sasl.oauthbearer.client.credentials.client.secret", new Password("secret"));
    var module = new AppConfigurationEntry("org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule",
        AppConfigurationEntry.LoginModuleControlFlag.REQUIRED, Map.of());
    for (String name : tokens.keySet()) {
      token[0] = tokens.get(name);
      var handler = new OAuthBearerLoginCallbackHandler();
      handler.configure(settings, "OAUTHBEARER", List.of(module));
      var callback = new OAuthBearerTokenCallback();
      handler.handle(new Callback[] {callback});
      handler.close();
      boolean byToken = callback.token() != null && callback.token().lifetimeMs() == end * 1000;
      System.out.println(name + ": " + (callback.token() == null ? callback.errorCode() + ", " + callback.errorDescription() : "ends with exp " + byToken));
    }
    System.exit(0);
  }
}
JAVA
seen=$(timeout 60 java -cp 'jars/*' Run.java 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = 'JWT: ends with exp true
opaque: invalid_token, Malformed JWT provided; expected three sections (header, payload, and signature)
encrypted: invalid_token, Malformed JWT provided; expected three sections (header, payload, and signature)
JWT without sub: invalid_token, sub value must be non-null' ]
