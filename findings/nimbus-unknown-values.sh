#!/bin/sh
# com.nimbusds oauth2-oidc-sdk 11.38, OIDCProviderMetadata.parse: one unknown value in a list makes the whole document unreadable.
#
# Expected: the lists of discovery contain a server's features, and a client ignores unknown values, like
# unknown members.
# Seen: an unknown grant type, response mode, PKCE method or scope is read. One in `prompt_values_supported`,
# `display_values_supported` or `claim_types_supported` is a ParseException, and an application that reads discovery through
# this library gets no metadata at all. A server should announce only registered values there.
#
# Needs Java 17 and Maven. Prints the result for each list, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>here</groupId><artifactId>here</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.nimbusds</groupId><artifactId>oauth2-oidc-sdk</artifactId><version>11.38</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib >log 2>&1 || { cat log >&2; exit 1; }
cat > Main.java <<'JAVA'
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.util.Map;
import java.util.TreeMap;

public class Main {
  public static void main(String[] none) throws Exception {
    String document = """
        {"issuer": "https://issuer.example", "authorization_endpoint": "https://issuer.example/authorize",
         "token_endpoint": "https://issuer.example/token", "jwks_uri": "https://issuer.example/keys",
         "response_types_supported": ["code"], "subject_types_supported": ["public"],
         "id_token_signing_alg_values_supported": ["RS256"], "%s": ["%s", "own"]}""";
    Map<String, String> lists = new TreeMap<>(Map.of(
        "grant_types_supported", "authorization_code", "response_modes_supported", "query",
        "code_challenge_methods_supported", "S256", "scopes_supported", "openid",
        "prompt_values_supported", "login", "display_values_supported", "page", "claim_types_supported", "normal"));
    for (var list : lists.entrySet()) {
      String result = "read";
      try {
        OIDCProviderMetadata.parse(document.formatted(list.getKey(), list.getValue()));
      } catch (com.nimbusds.oauth2.sdk.ParseException refused) {
        result = "refused";
      }
      System.out.println(list.getKey() + ": " + result);
    }
  }
}
JAVA
seen=$(java -cp 'lib/*' Main.java)
echo "$seen"
[ "$seen" = 'claim_types_supported: refused
code_challenge_methods_supported: read
display_values_supported: refused
grant_types_supported: read
prompt_values_supported: refused
response_modes_supported: read
scopes_supported: read' ]
