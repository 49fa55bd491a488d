#!/bin/sh
# com.unboundid.product.scim2 scim2-sdk-common 5.0.0: adding one address replaces the list, and an extension is written beside itself.
#
# Expected: "add" with a path to a multi-valued attribute adds a new value to it (RFC 7644 §3.5.2.1), whether `value` is that value or an array of
# values; with the URN of an extension as path, its object is merged with the one that is there, as it is without a path.
# Seen: a single object takes the place of the whole list, which then is no list any more; in an array it is added. The URN as path is cut at its
# dot, so the user gets `urn:…:enterprise:2.0` with a member `User`, beside the old extension. Both without an error. A client should send
# arrays, and extensions without a path or with the path of each attribute.
#
# Needs Java 17 and Maven. Prints the changed parts after each operation, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>here</groupId><artifactId>here</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.unboundid.product.scim2</groupId><artifactId>scim2-sdk-common</artifactId><version>5.0.0</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars > log 2>&1 || { cat log >&2; exit 1; }
cat > Run.java <<'JAVA'
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.unboundid.scim2.common.GenericScimResource;
import com.unboundid.scim2.common.messages.PatchRequest;
import com.unboundid.scim2.common.utils.JsonUtils;

public class Run {
  public static void main(String[] arguments) throws Exception {
    String enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    String user = """
      {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "%s"], "userName": "jensen",
       "emails": [{"value": "old@app.example"}], "%s": {"department": "Sales"}}""".formatted(enterprise, enterprise);
    for (String operation : new String[] {
      "{'op': 'add', 'path': 'emails', 'value': [{'value': 'new@app.example'}]}",
      "{'op': 'add', 'path': 'emails', 'value': {'value': 'new@app.example'}}",
      "{'op': 'add', 'value': {'" + enterprise + "': {'division': 'North'}}}",
      "{'op': 'add', 'path': '" + enterprise + ":division', 'value': 'North'}",
      "{'op': 'add', 'path': '" + enterprise + "', 'value': {'division': 'North'}}",
    }) {
      String schema = "'schemas': ['urn:ietf:params:scim:api:messages:2.0:PatchOp']";
      String patch = "{" + schema + ", 'Operations': [" + operation + "]}";
      var resource = new GenericScimResource((ObjectNode) JsonUtils.getObjectReader().readTree(user));
      JsonUtils.getObjectReader().forType(PatchRequest.class).<PatchRequest>readValue(patch.replace('\'', '"')).apply(resource);
      ObjectNode changed = resource.getObjectNode().remove(java.util.List.of("schemas", "userName"));
      if (operation.contains("emails")) changed.remove(enterprise);
      else changed.remove("emails");
      System.out.println(operation.replace(enterprise, "URN") + "\n  " + changed.toString().replace(enterprise, "URN"));
    }
  }
}
JAVA
seen=$(timeout 60 java -cp 'jars/*' Run.java 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = "{'op': 'add', 'path': 'emails', 'value': [{'value': 'new@app.example'}]}
  {\"emails\":[{\"value\":\"old@app.example\"},{\"value\":\"new@app.example\"}]}
{'op': 'add', 'path': 'emails', 'value': {'value': 'new@app.example'}}
  {\"emails\":{\"value\":\"new@app.example\"}}
{'op': 'add', 'value': {'URN': {'division': 'North'}}}
  {\"URN\":{\"department\":\"Sales\",\"division\":\"North\"}}
{'op': 'add', 'path': 'URN:division', 'value': 'North'}
  {\"URN\":{\"department\":\"Sales\",\"division\":\"North\"}}
{'op': 'add', 'path': 'URN', 'value': {'division': 'North'}}
  {\"URN\":{\"department\":\"Sales\"},\"urn:ietf:params:scim:schemas:extension:enterprise:2.0\":{\"User\":{\"division\":\"North\"}}}" ]
