import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationResponse;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerTokenCallback;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallback;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler;

/**
 * Client libraries of Java, one whole flow each. The person is played by the program that started this one: it gets the line
 * `visit URL`, and returns the URL of the callback.
 */
public class Clients {
  static final String issuer = System.getenv("ISSUER");
  static final String id = System.getenv("CLIENT_ID");
  static final String secret = System.getenv("CLIENT_SECRET");

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "nimbus" -> nimbus();
      case "kafka-clients" -> kafka();
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    System.out.println("done");
    // A thread of Kafka's validator renews its keys for ever.
    System.exit(0);
  }

  /** The whole metadata document, the code flow, the ID token, a refresh, and userinfo. */
  static void nimbus() throws Exception {
    OIDCProviderMetadata metadata = OIDCProviderMetadata.resolve(new Issuer(issuer));
    var redirectUri = new URI(System.getenv("REDIRECT_URI"));
    var clientId = new ClientID(id);
    var authentication = new ClientSecretBasic(clientId, new Secret(secret));
    var verifier = new CodeVerifier();
    var state = new State();
    var nonce = new Nonce();
    var scope = new Scope("openid", "profile", "offline_access");
    var request = new AuthenticationRequest.Builder(ResponseType.CODE, scope, clientId, redirectUri)
        .endpointURI(metadata.getAuthorizationEndpointURI())
        .state(state)
        .nonce(nonce)
        .codeChallenge(verifier, CodeChallengeMethod.S256)
        .build();
    System.out.println("visit " + request.toURI());
    var answer = AuthorizationResponse.parse(new URI(new Scanner(System.in).nextLine())).toSuccessResponse();
    check(state.equals(answer.getState()) && issuer.equals(answer.getIssuer().getValue()), "state and iss");

    AuthorizationCode code = answer.getAuthorizationCode();
    var grant = new AuthorizationCodeGrant(code, redirectUri, verifier);
    var tokens = tokens(new TokenRequest.Builder(metadata.getTokenEndpointURI(), authentication, grant).build());
    var validator = new IDTokenValidator(metadata.getIssuer(), clientId,
        com.nimbusds.jose.JWSAlgorithm.RS256, metadata.getJWKSetURI().toURL());
    var claims = validator.validate(tokens.getOIDCTokens().getIDToken(), nonce);

    var refresh = new RefreshTokenGrant(tokens.getTokens().getRefreshToken());
    var renewed = tokens(new TokenRequest.Builder(metadata.getTokenEndpointURI(), authentication, refresh).build());
    check(!renewed.getTokens().getRefreshToken().equals(tokens.getTokens().getRefreshToken()), "a new refresh token");
    var info = UserInfoResponse.parse(
        new UserInfoRequest(metadata.getUserInfoEndpointURI(), renewed.getTokens().getBearerAccessToken()).toHTTPRequest().send());
    var person = info.toSuccessResponse().getUserInfo();
    check(person.getSubject().equals(claims.getSubject()), "the same subject");
    check(System.getenv("PERSON").equals(person.getPreferredUsername()), person.getPreferredUsername());
  }

  static OIDCTokenResponse tokens(TokenRequest request) throws Exception {
    var answer = OIDCTokenResponseParser.parse(request.toHTTPRequest().send());
    check(answer.indicatesSuccess(), answer.indicatesSuccess() ? "" : answer.toErrorResponse().getErrorObject().toString());
    return (OIDCTokenResponse) answer.toSuccessResponse();
  }

  /** The token that a client of Kafka gets, checked as a broker does. */
  static void kafka() throws Exception {
    var endpoint = issuer + "/o/token";
    var keys = issuer + "/.well-known/jwks.json";
    System.setProperty("org.apache.kafka.sasl.oauthbearer.allowed.urls", endpoint + "," + keys);
    var options = Map.of("clientId", id, "clientSecret", secret, "scope", "read");
    var module = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule";
    var entry = new AppConfigurationEntry(module, AppConfigurationEntry.LoginModuleControlFlag.REQUIRED, options);
    var login = new OAuthBearerLoginCallbackHandler();
    login.configure(settings(Map.of(SaslConfigs.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL, endpoint)), "OAUTHBEARER", List.of(entry));
    var token = new OAuthBearerTokenCallback();
    login.handle(new javax.security.auth.callback.Callback[] {token});

    var broker = new OAuthBearerValidatorCallbackHandler();
    broker.configure(
        settings(Map.of(
            SaslConfigs.SASL_OAUTHBEARER_JWKS_ENDPOINT_URL, keys,
            SaslConfigs.SASL_OAUTHBEARER_EXPECTED_ISSUER, issuer,
            SaslConfigs.SASL_OAUTHBEARER_EXPECTED_AUDIENCE, List.of(issuer))),
        "OAUTHBEARER", List.of(entry));
    var validation = new OAuthBearerValidatorCallback(token.token().value());
    broker.handle(new javax.security.auth.callback.Callback[] {validation});
    check(validation.errorStatus() == null, validation.errorStatus());
    check(id.equals(validation.token().principalName()), validation.token().principalName());
  }

  /** Kafka's own defaults, and these. */
  static Map<String, ?> settings(Map<String, ?> own) {
    var settings = new HashMap<String, Object>();
    var definition = new org.apache.kafka.common.config.ConfigDef();
    definition.withClientSaslSupport();
    settings.putAll(definition.parse(Map.of()));
    settings.putAll(own);
    return settings;
  }

  static void check(boolean holds, String message) {
    if (!holds) throw new IllegalStateException(message);
  }
}
