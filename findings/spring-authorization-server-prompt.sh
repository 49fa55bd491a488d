#!/bin/sh
# Spring Authorization Server 7.1.2 (Spring Boot 4.1.2), as Boot configures it: `prompt`, `max_age` and sign-out do not follow OpenID Connect.
#
# Expected: `prompt=none` with nobody signed in is answered by `login_required`; `prompt=login` and `max_age=0` ask for the password again
# (OpenID Connect Core §3.1.2.1, §3.1.2.6); sign-out with `client_id` and a registered address, without the merely recommended
# `id_token_hint`, asks the person or redirects (RP-Initiated Logout §2).
# Seen: `prompt=none` shows the sign-in form; `prompt=login` and `max_age=0` are answered by a code at once, with the old `auth_time`; sign-out without the hint is
# a 400. A client must compare `auth_time` itself, a silent renewal in a frame ends at a form, and a client without ID tokens can't sign people out there.
#
# Needs Java 17, Maven and curl. Prints each answer, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
server=
cd "$folder"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent>
    <groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>4.1.2</version>
  </parent>
  <groupId>here</groupId><artifactId>here</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.springframework.boot</groupId>
      <artifactId>spring-boot-starter-security-oauth2-authorization-server</artifactId>
    </dependency>
    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-webmvc</artifactId></dependency>
  </dependencies>
</project>
XML
mkdir -p src/main/java/here src/main/resources
cat > src/main/java/here/Main.java <<'JAVA'
package here;

@org.springframework.boot.autoconfigure.SpringBootApplication
public class Main {
  public static void main(String[] arguments) {
    org.springframework.boot.SpringApplication.run(Main.class, arguments);
  }
}
JAVA
cat > src/main/resources/application.yml <<'YML'
spring.security:
  user: { name: ada, password: ada }
  oauth2.authorizationserver.client.app:
    registration:
      client-id: app
      client-secret: "{noop}secret"
      client-authentication-methods: [client_secret_basic]
      authorization-grant-types: [authorization_code]
      redirect-uris: ["https://app.example/callback"]
      post-logout-redirect-uris: ["https://app.example/"]
      scopes: [openid]
YML
mvn -q -B compile dependency:copy-dependencies -DoutputDirectory=target/jars
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
java -cp 'target/classes:target/jars/*' here.Main --server.port="$port" > log 2>&1 &
server=$!
site=http://127.0.0.1:$port
for _ in $(seq 60); do curl -s -o page "$site/login" && break; sleep 1; done

verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
asked="response_type=code&client_id=app&scope=openid&state=state&redirect_uri=https://app.example/callback"
asked="$asked&code_challenge_method=S256&code_challenge=$(printf %s "$verifier" | openssl dgst -sha256 -binary | basenc --base64url | tr -d =)"
visit() { curl -s -b cookies -c cookies -o page -w '%{http_code} %{redirect_url}' -H 'Accept: text/html' "$@"; }
outcome() { sed -E "s#$site##; s#code=[^&]*#code=…#; s#\?continue##"; }

said() { echo "$1: $(visit "$site/oauth2/authorize?$asked&$2" | outcome)"; }
seen=$(
  said 'nobody, prompt=none' prompt=none
  visit "$site/login" > /dev/null
  token=$(sed -n 's/.*name="_csrf"[^>]*value="\([^"]*\)".*/\1/p' page)
  visit --data-urlencode "_csrf=$token" -d 'username=ada&password=ada' "$site/login" > /dev/null
  sleep 1
  said 'ada, prompt=login' prompt=login
  said 'ada, max_age=0' max_age=0
  echo "sign-out without a hint: $(visit "$site/connect/logout?client_id=app&post_logout_redirect_uri=https://app.example/" | outcome)"
)
echo "$seen"
[ "$seen" = 'nobody, prompt=none: 302 /login
ada, prompt=login: 302 https://app.example/callback?code=…&state=state
ada, max_age=0: 302 https://app.example/callback?code=…&state=state
sign-out without a hint: 400 ' ]
