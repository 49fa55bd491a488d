#!/bin/sh
# kafka-clients 4.3.0, OAuthBearerValidatorCallbackHandler with a JWKS endpoint: `close()` leaves its thread.
#
# Expected: after `close()` nothing of the handler runs any more.
# Seen: the thread that renews the keys stays. It is no daemon, so a program that validated one token never ends, and a broker whose
# listener is reconfigured keeps requesting the old key set.
#
# Needs Java 17 and Maven. Prints the threads that are no daemons, 12 seconds after `close()`, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>here</groupId><artifactId>here</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-clients</artifactId><version>4.3.0</version></dependency>
    <dependency><groupId>org.bitbucket.b_c</groupId><artifactId>jose4j</artifactId><version>0.9.6</version></dependency>
    <dependency>
      <groupId>com.fasterxml.jackson.core</groupId><artifactId>jackson-databind</artifactId><version>2.19.2</version>
    </dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib >log 2>&1 || { cat log >&2; exit 1; }
cat > Main.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler;

public class Main {
  public static void main(String[] none) throws Exception {
    var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/keys", exchange -> {
      byte[] keys = "{\"keys\": []}".getBytes();
      exchange.sendResponseHeaders(200, keys.length);
      exchange.getResponseBody().write(keys);
      exchange.close();
    });
    server.start();
    String keys = "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";
    System.setProperty("org.apache.kafka.sasl.oauthbearer.allowed.urls", keys);
    var definition = new ConfigDef();
    definition.withClientSaslSupport();
    var settings = new HashMap<String, Object>(definition.parse(Map.of()));
    settings.put("sasl.oauthbearer.jwks.endpoint.url", keys);
    var module = new AppConfigurationEntry("org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule",
        AppConfigurationEntry.LoginModuleControlFlag.REQUIRED, Map.of());

    print("before");
    var handler = new OAuthBearerValidatorCallbackHandler();
    handler.configure(settings, "OAUTHBEARER", List.of(module));
    handler.close();
    server.stop(0);
    Thread.sleep(12_000);
    print("after close()");
    System.exit(0);
  }

  static void print(String when) {
    var threads = Thread.getAllStackTraces().keySet().stream().filter(thread -> !thread.isDaemon());
    var names = threads.map(Thread::getName).filter(name -> !name.startsWith("HTTP") && !name.equals("DestroyJavaVM"));
    System.out.println(when + ": " + String.join(", ", names.sorted().toList()));
  }
}
JAVA
seen=$(java -cp 'lib/*' Main.java 2>/dev/null)
echo "$seen"
[ "$seen" = 'before: main
after close(): main, pool-1-thread-1' ]
