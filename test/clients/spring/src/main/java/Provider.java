import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/**
 * Spring Authorization Server as Spring Boot configures it, with OpenID Connect and its own form to sign in. Arguments: the
 * port, and the issuer that signs people in by it. The client `latchkey` is registered for the connection `spring`, the client
 * `mistaken` with another redirect URI.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class Provider {
  private static String issuer;

  public static void main(String[] arguments) {
    issuer = arguments[1];
    var application = new SpringApplication(Provider.class);
    application.setDefaultProperties(Map.of("server.port", arguments[0], "server.address", "127.0.0.1"));
    application.run();
  }

  @Bean
  RegisteredClientRepository clients() {
    return new InMemoryRegisteredClientRepository(
        client("latchkey", issuer + "/login/with/spring/callback"),
        client("mistaken", issuer + "/login/with/spring"));
  }

  private static RegisteredClient client(String id, String redirectUri) {
    return RegisteredClient.withId(id)
        .clientId(id)
        .clientSecret("{noop}secret of " + id)
        .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
        .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
        .redirectUri(redirectUri)
        .postLogoutRedirectUri(issuer + "/logout")
        .scopes(scopes -> scopes.addAll(List.of("openid", "profile", "email")))
        .clientSettings(ClientSettings.builder().requireProofKey(true).build())
        .build();
  }

  @Bean
  UserDetailsService people() {
    return new InMemoryUserDetailsManager(person("eve"), person("niklas"));
  }

  private static UserDetails person(String name) {
    return User.withUsername(name).password("{noop}password of " + name).build();
  }

  /** The endpoint for the user takes its claims from the ID token. By itself that has none of the person. */
  @Bean
  OAuth2TokenCustomizer<JwtEncodingContext> claims() {
    return context -> {
      var name = context.getPrincipal().getName();
      context.getClaims().claim("preferred_username", name).claim("email", name + "@there.example");
    };
  }
}
