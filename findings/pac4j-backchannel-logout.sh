#!/bin/sh
# pac4j-oidc 6.5.5, back-channel logout: a logout token with `sub` alone is refused, and any token if discovery does not announce the feature.
#
# Expected: a logout token needs `sub` or `sid` (OpenID Connect Back-Channel Logout §2.4), and one with `sub` alone ends all sessions of that person;
# discovery's `backchannel_logout_supported` (§2.1) tells a client what it can register, and changes nothing about a signed token that came.
# Seen: `sub` alone is a 400. Without `backchannel_logout_supported` the list of validators is empty, and every token an exception, a 500 of
# the application: a server that sends logout tokens should announce both members of §2.1, and always send `sid`.
#
# Needs Java 17 and Maven. Prints the outcome of each token, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>here</groupId><artifactId>here</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.pac4j</groupId><artifactId>pac4j-oidc</artifactId><version>6.5.5</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars > log 2>&1 || { cat log >&2; exit 1; }
cat > Run.java <<'JAVA'
import com.nimbusds.jose.*; import com.nimbusds.jose.crypto.*; import com.nimbusds.jose.jwk.*; import com.nimbusds.jose.jwk.gen.*;
import com.nimbusds.jwt.*;
import java.lang.reflect.*; import java.nio.file.*; import java.util.*;
import org.pac4j.core.context.*; import org.pac4j.core.context.session.SessionStore; import org.pac4j.core.credentials.SessionKeyCredentials;
import org.pac4j.core.exception.http.HttpAction; import org.pac4j.oidc.client.OidcClient; import org.pac4j.oidc.config.OidcConfiguration;

public class Run {
  static <T> T stub(Class<T> type, Map<String, Object> answers) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
      String name = given != null && given[0] instanceof String key ? method.getName() + " " + key : method.getName();
      if (answers.containsKey(name)) return answers.get(name);
      if (method.isDefault()) return InvocationHandler.invokeDefault(self, method, given);
      return method.getReturnType() == Optional.class ? Optional.empty() : method.getReturnType() == boolean.class ? false : null;
    }));
  }

  public static void main(String[] arguments) throws Exception {
    RSAKey key = new RSAKeyGenerator(2048).keyID("key").generate();
    Files.writeString(Path.of("jwks"), new JWKSet(key.toPublicJWK()).toString());
    for (String announced : List.of("'backchannel_logout_supported':true,", "")) {
      Files.writeString(Path.of("metadata"), ("{" + announced + "'issuer':'https://issuer.example','jwks_uri':'" + Path.of("jwks").toUri() + "'," +
          "'authorization_endpoint':'https://issuer.example/authorize','token_endpoint':'https://issuer.example/token'," +
          "'response_types_supported':['code'],'subject_types_supported':['public'],'id_token_signing_alg_values_supported':['RS256']}").replace('\'', '"'));
      OidcConfiguration configuration = new OidcConfiguration();
      configuration.setClientId("app");
      configuration.setSecret("secret");
      configuration.setDiscoveryURI(Path.of("metadata").toUri().toString());
      OidcClient client = new OidcClient(configuration);
      client.setCallbackUrl("https://app.example/callback");
      client.init();
      System.out.println(announced.isEmpty() ? "not announced" : "announced");
      for (Map<String, String> who : List.of(Map.of("sid", "1", "sub", "ada"), Map.of("sid", "1"), Map.of("sub", "ada"))) {
        Date now = new Date();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder().issuer("https://issuer.example").audience("app").issueTime(now).jwtID("id")
            .expirationTime(new Date(now.getTime() + 60_000)).claim("events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()));
        who.forEach(claims::claim);
        SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("key").type(new JOSEObjectType("logout+jwt")).build(), claims.build());
        token.sign(new RSASSASigner(key));
        WebContext request = stub(WebContext.class, Map.of("getRequestMethod", "POST", "getRequestParameter logout_token", Optional.of(token.serialize())));
        String outcome;
        try {
          CallContext call = new CallContext(request, stub(SessionStore.class, Map.of()));
          outcome = "ends session " + ((SessionKeyCredentials) client.getCredentials(call).get()).getSessionKey();
        } catch (HttpAction refused) {
          outcome = String.valueOf(refused.getCode());
        } catch (Exception failure) {
          outcome = failure.getClass().getSimpleName() + ", " + failure.getMessage();
        }
        System.out.println("  " + new TreeSet<>(who.keySet()) + ": " + outcome);
      }
    }
    System.exit(0);
  }
}
JAVA
seen=$(timeout 60 java -cp 'jars/*' Run.java 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = 'announced
  [sid, sub]: ends session 1
  [sid]: ends session 1
  [sub]: 400
not announced
  [sid, sub]: OidcTokenException, Unable to validate the logout token
  [sid]: OidcTokenException, Unable to validate the logout token
  [sub]: OidcTokenException, Unable to validate the logout token' ]
