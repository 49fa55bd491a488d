#!/bin/sh
# io.vertx vertx-auth-oauth2 5.0.7, OpenIDConnectAuth.discover(): the secret goes into the header, whatever discovery says, and a refresh token is used once.
#
# Expected: a client that is set up from discovery authenticates by a method in `token_endpoint_auth_methods_supported` (OpenID Connect Discovery §3), and
# keeps its refresh token when a refresh returns no new one (RFC 6749 §6).
# Seen: `Authorization: Basic` at a server that lists `client_secret_post` alone, which answers `invalid_client`; setUseBasicAuthorization(false) in the
# options is needed. And the user that refresh() returns has no refresh token unless the answer has one, so the second refresh fails before any
# request. An application should copy it from the principal before; a server helps by returning one each time.
#
# Needs Java 17 and Maven. Prints the requests and what the user has after each, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>here</groupId><artifactId>here</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.vertx</groupId><artifactId>vertx-auth-oauth2</artifactId><version>5.0.7</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars > log 2>&1 || { cat log >&2; exit 1; }
cat > Run.java <<'JAVA'
import io.vertx.core.*;
import io.vertx.core.json.*;
import io.vertx.ext.auth.oauth2.*;
import io.vertx.ext.auth.oauth2.providers.OpenIDConnectAuth;

public class Run {
  static String issuer;

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get();
  }

  public static void main(String[] arguments) throws Exception {
    Vertx vertx = Vertx.vertx();
    var server = vertx.createHttpServer().requestHandler(request -> request.body().onSuccess(body -> {
      JsonObject answer = new JsonObject().put("keys", new JsonArray());
      if (request.path().contains("well-known")) {
        for (String name : new String[] {"authorization_endpoint", "token_endpoint", "jwks_uri"}) answer.put(name, issuer + "/" + name);
        answer.put("issuer", issuer).put("token_endpoint_auth_methods_supported", JsonArray.of("client_secret_post"));
      }
      if (request.path().equals("/token_endpoint")) {
        boolean inHeader = request.getHeader("Authorization") != null;
        System.out.println("  request, secret in header " + inHeader + ", in form " + body.toString().contains("client_secret="));
        answer = new JsonObject().put("access_token", "token").put("token_type", "Bearer").put("expires_in", 60);
        if (body.toString().contains("authorization_code")) answer.put("refresh_token", "refresh");
      }
      request.response().putHeader("Content-Type", "application/json").end(answer.encode());
    }));
    issuer = "http://127.0.0.1:" + await(server.listen(0, "127.0.0.1")).actualPort();
    OAuth2Options options = new OAuth2Options().setSite(issuer).setClientId("app").setClientSecret("secret");
    var auth = await(OpenIDConnectAuth.discover(vertx, options));
    System.out.println("code");
    var credentials = new Oauth2Credentials().setFlow(OAuth2FlowType.AUTH_CODE).setCode("code").setRedirectUri("https://app.example/callback");
    var user = await(auth.authenticate(credentials));
    for (int turn = 1; turn <= 2; turn++) {
      System.out.println("  refresh token: " + user.principal().containsKey("refresh_token"));
      System.out.println("refresh " + turn);
      try { user = await(auth.refresh(user)); }
      catch (Exception error) { System.out.println("  " + (error.getCause() == null ? error : error.getCause())); }
    }
    await(vertx.close());
  }
}
JAVA
seen=$(timeout 60 java -cp 'jars/*' Run.java 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = 'code
  request, secret in header true, in form false
  refresh token: true
refresh 1
  request, secret in header true, in form false
  refresh token: false
refresh 2
  java.lang.IllegalStateException: refresh_token is null or empty' ]
