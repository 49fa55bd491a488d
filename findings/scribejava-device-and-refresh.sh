#!/bin/sh
# scribejava-core 8.3.3 (Java), OAuth20Service: the device request is not authenticated, and a refresh asks for every scope of the configuration again.
#
# Expected: a client with a secret authenticates at the device authorization endpoint as at the token endpoint (RFC 8628 §3.1), and a refresh without a scope of
# its own sends no `scope`, which means what was granted (RFC 6749 §6 allows no other there).
# Seen: the device request has `client_id` alone, so a server that authenticates confidential clients answers invalid_client, while the polls have the header. Each
# refresh sends `scope` with all the scopes of the builder: where the person allowed fewer, that is invalid_scope, an hour after a sign-in that
# worked. The scopes of the answer, as refreshAccessToken(token, scope), help; a server may narrow what a refresh asks for instead of refusing it.
#
# Needs Java 17 and Maven. Prints each request and its outcome, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>here</groupId><artifactId>here</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.github.scribejava</groupId><artifactId>scribejava-core</artifactId><version>8.3.3</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars > log 2>&1 || { cat log >&2; exit 1; }
cat > Run.java <<'JAVA'
import com.github.scribejava.core.builder.ServiceBuilder;
import com.github.scribejava.core.builder.api.DefaultApi20;
import com.github.scribejava.core.model.*;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;

public class Run {
  static String origin;

  public static class Server extends DefaultApi20 {
    @Override public String getAccessTokenEndpoint() { return origin + "/token"; }
    @Override protected String getAuthorizationBaseUrl() { return origin + "/authorize"; }
    @Override public String getDeviceAuthorizationEndpoint() { return origin + "/device"; }
  }

  static <T> T print(String name, Callable<T> call) {
    System.out.println(name);
    try {
      return call.call();
    } catch (OAuth2AccessTokenErrorResponse error) {
      System.out.println("  " + error.getError());
    } catch (Exception error) {
      System.out.println("  " + error.getMessage());
    }
    return null;
  }

  public static void main(String[] arguments) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", exchange -> {
      String form = new String(exchange.getRequestBody().readAllBytes());
      boolean known = exchange.getRequestHeaders().containsKey("Authorization");
      System.out.println("  " + exchange.getRequestURI() + " secret " + known + ", " + form.replaceAll("&?(redirect_uri|code|device_code)=[^&]*", ""));
      String answer = "{\"access_token\": \"token\", \"token_type\": \"Bearer\", \"expires_in\": 60, \"refresh_token\": \"refresh\", \"scope\": \"openid\"}";
      if (!known) answer = "{\"error\": \"invalid_client\"}";
      else if (form.contains("refresh_token=") && form.contains("contacts")) answer = "{\"error\": \"invalid_scope\"}";
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.contains("error") ? (known ? 400 : 401) : 200, answer.length());
      exchange.getResponseBody().write(answer.getBytes());
      exchange.close();
    });
    server.start();
    origin = "http://127.0.0.1:" + server.getAddress().getPort();
    var service = new ServiceBuilder("app").apiSecret("secret").callback("https://app.example/callback").defaultScope("openid contacts").build(new Server());
    OAuth2AccessToken token = print("code", () -> service.getAccessToken("code"));
    System.out.println("  granted: " + token.getScope());
    print("refresh", () -> service.refreshAccessToken(token.getRefreshToken()));
    print("refresh with the granted scope", () -> service.refreshAccessToken(token.getRefreshToken(), token.getScope()));
    print("device", service::getDeviceAuthorizationCodes);
    var device = new DeviceAuthorization("device", "user", origin + "/link", 60);
    print("poll", () -> service.getAccessTokenDeviceAuthorizationGrant(device));
    server.stop(0);
  }
}
JAVA
seen=$(timeout 60 java -cp 'jars/*' Run.java 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = 'code
  /token secret true, &scope=openid%20contacts&grant_type=authorization_code
  granted: openid
refresh
  /token secret true, scope=openid%20contacts&refresh_token=refresh&grant_type=refresh_token
  INVALID_SCOPE
refresh with the granted scope
  /token secret true, scope=openid&refresh_token=refresh&grant_type=refresh_token
device
  /device secret false, client_id=app&scope=openid%20contacts
  INVALID_CLIENT
poll
  /token secret true, grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code' ]
