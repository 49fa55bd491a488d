#!/bin/sh
# Spring Security 7.1.0, NimbusJwtDecoder of a resource server: an access token of RFC 9068 is refused, with `validateType(false)` too.
#
# Expected: a decoder for access tokens takes `typ: at+jwt`, which RFC 9068 §2.1 requires, by default (§4: it must check for it), or at least with
# `validateType(false)`, whose name says that the type is not checked.
# Seen: "the given typ value needs to be one of [JWT]" in both cases: the decoder's default validators check the type once more. Only
# `JwtValidators.createAtJwtValidator()` helps, which then wants issuer, audience and client id of the token to be configured, and refuses
# `typ: JWT`. With an issuer alone in the configuration, as Boot has it, a server has to sign access tokens as plain `JWT`.
#
# Needs Java 17 and Maven. Prints which decoder takes which type, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>here</groupId><artifactId>here</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.springframework.security</groupId><artifactId>spring-security-oauth2-jose</artifactId><version>7.1.0</version>
    </dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars > log 2>&1 || { cat log >&2; exit 1; }
cat > Run.java <<'JAVA'
import com.nimbusds.jose.*; import com.nimbusds.jose.crypto.*; import com.nimbusds.jose.jwk.*; import com.nimbusds.jose.jwk.gen.*;
import com.nimbusds.jwt.*;
import java.util.*;
import org.springframework.security.oauth2.jwt.*;

public class Run {
  public static void main(String[] arguments) throws Exception {
    RSAKey key = new RSAKeyGenerator(2048).generate();
    String issuer = "https://issuer.example", api = "https://api.example";
    var strict = JwtValidators.createAtJwtValidator().issuer(issuer).audience(api).clientId("app").build();
    for (String name : List.of("default", "validateType(false)", "createAtJwtValidator", "both")) {
      var builder = NimbusJwtDecoder.withPublicKey(key.toRSAPublicKey());
      if (name.equals("validateType(false)") || name.equals("both")) builder.validateType(false);
      NimbusJwtDecoder decoder = builder.build();
      if (name.equals("createAtJwtValidator") || name.equals("both")) decoder.setJwtValidator(strict);
      for (String type : List.of("at+jwt", "JWT")) {
        Date now = new Date();
        SignedJWT token = new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).type(new JOSEObjectType(type)).build(),
            new JWTClaimsSet.Builder().issuer(issuer).subject("ada").audience(api).claim("client_id", "app").jwtID("id")
                .issueTime(now).expirationTime(new Date(now.getTime() + 60_000)).build());
        token.sign(new RSASSASigner(key));
        String outcome;
        try {
          outcome = decoder.decode(token.serialize()).getSubject();
        } catch (JwtException refused) {
          outcome = refused.getMessage().replaceAll(".*: ", "");
        }
        System.out.println(name + ", " + type + ": " + outcome);
      }
    }
  }
}
JAVA
seen=$(timeout 60 java -cp 'jars/*' Run.java 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = 'default, at+jwt: the given typ value needs to be one of [JWT]
default, JWT: ada
validateType(false), at+jwt: the given typ value needs to be one of [JWT]
validateType(false), JWT: ada
createAtJwtValidator, at+jwt: ada
createAtJwtValidator, JWT: the given typ value needs to be one of [at+jwt, application/at+jwt]
both, at+jwt: ada
both, JWT: the given typ value needs to be one of [at+jwt, application/at+jwt]' ]
