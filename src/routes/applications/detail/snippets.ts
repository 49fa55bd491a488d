import type { Client } from '../../../protocol/client.ts'
import type { Site } from '../../../ui/site.ts'

/** Code for one library, with what is known of this application put in. */
export interface Snippet {
  readonly name: string
  /** What to know before it is pasted. */
  readonly note: string
  readonly text: string
}

interface Values {
  readonly issuer: string
  readonly clientId: string
  readonly redirectUri: string
  readonly scope: string
  /** Undefined for a public client. */
  readonly secret: string | undefined
}

/** A secret is never known here: a place for it stands in the code. */
export function snippetsFor({ issuer, paths }: Site, client: Client, scope: string): readonly Snippet[] {
  const [redirectUri = ''] = client.redirectUris
  const secret = client.type === 'public' ? undefined : 'YOUR_SECRET'
  const values = { issuer, clientId: client.id, redirectUri, scope, secret }
  const urls = { authorize: issuer + paths.authorize, token: issuer + paths.token }
  if (client.grantType === 'client-credentials')
    return [nodeMachine(values), pythonMachine(values, urls.token), goMachine(values, urls.token)]
  const browser = client.type === 'public' ? [oidcClientTs(values)] : []
  return [
    ...browser,
    node(values),
    ...(client.type === 'public' ? [] : [authJs(values)]),
    python(values),
    spring(values),
    go(values),
    postman(values, urls),
  ]
}

/** A string of JavaScript, Python, Go and YAML alike: what stands here is ASCII, or JSON makes it so. */
const q = (text: string) => JSON.stringify(text)

const insecure = (issuer: string) => issuer.startsWith('http:')

function node({ issuer, clientId, redirectUri, scope, secret }: Values): Snippet {
  const authentication = secret === undefined ? 'undefined, oidc.None()' : q(secret)
  const options = insecure(issuer)
    ? `${secret === undefined ? '' : ', undefined'}, { execute: [oidc.allowInsecureRequests] }`
    : ''
  return {
    name: 'Node · openid-client',
    note: 'npm install openid-client',
    text: `import * as oidc from 'openid-client'

const config = await oidc.discovery(new URL(${q(issuer)}), ${q(clientId)}, ${authentication}${options})

// 1. Send the person there. Keep the verifier in their session.
const verifier = oidc.randomPKCECodeVerifier()
const url = oidc.buildAuthorizationUrl(config, {
  redirect_uri: ${q(redirectUri)},
  scope: ${q(scope)},
  code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
})

// 2. At the redirect URI, with the whole URL that was called.
const tokens = await oidc.authorizationCodeGrant(config, new URL(currentUrl), { pkceCodeVerifier: verifier })`,
  }
}

function authJs({ issuer, clientId, scope, secret = '' }: Values): Snippet {
  return {
    name: 'Next.js, SvelteKit · Auth.js',
    note: 'Register the redirect URI that it uses: your origin, then /api/auth/callback/latchkey (Next.js) or /auth/callback/latchkey.',
    text: `providers: [
  {
    id: 'latchkey',
    name: 'Latchkey',
    type: 'oidc',
    issuer: ${q(issuer)},
    clientId: ${q(clientId)},
    clientSecret: ${q(secret)}, // from the environment
    authorization: { params: { scope: ${q(scope)} } },
    checks: ['pkce', 'state'],
  },
]`,
  }
}

function oidcClientTs({ issuer, clientId, redirectUri, scope }: Values): Snippet {
  return {
    name: 'Browser · oidc-client-ts',
    note: 'npm install oidc-client-ts',
    text: `import { UserManager } from 'oidc-client-ts'

const manager = new UserManager({
  authority: ${q(issuer)},
  client_id: ${q(clientId)},
  redirect_uri: ${q(redirectUri)},
  scope: ${q(scope)},
})

// 1. Send the person there.
await manager.signinRedirect()

// 2. On the page at the redirect URI.
const user = await manager.signinCallback()`,
  }
}

function python({ issuer, clientId, redirectUri, scope, secret }: Values): Snippet {
  return {
    name: 'Python · Authlib (Flask)',
    note: 'pip install authlib flask requests',
    text: `from authlib.integrations.flask_client import OAuth

latchkey = OAuth(app).register(
    "latchkey",
    client_id=${q(clientId)},${secret === undefined ? '' : `\n    client_secret=${q(secret)},  # from the environment`}
    server_metadata_url=${q(`${issuer}/.well-known/openid-configuration`)},
    client_kwargs={"scope": ${q(scope)}, "code_challenge_method": "S256"${secret === undefined ? ', "token_endpoint_auth_method": "none"' : ''}},
)

# 1. Send the person there.
return latchkey.authorize_redirect(${q(redirectUri)})

# 2. At the redirect URI.
token = latchkey.authorize_access_token()`,
  }
}

function spring({ issuer, clientId, redirectUri, scope, secret }: Values): Snippet {
  const authentication =
    secret === undefined
      ? 'client-authentication-method: none'
      : `client-secret: ${q(secret)} # from the environment`
  return {
    name: 'Java · Spring Boot',
    note:
      secret === undefined
        ? 'application.yaml, with spring-boot-starter-oauth2-client. It uses PKCE by itself.'
        : 'application.yaml, with spring-boot-starter-oauth2-client. Up to Spring Security 6 also turn PKCE on: OAuth2AuthorizationRequestCustomizers.withPkce().',
    text: `spring:
  security:
    oauth2:
      client:
        registration:
          latchkey:
            client-id: ${q(clientId)}
            ${authentication}
            authorization-grant-type: authorization_code
            redirect-uri: ${q(redirectUri)}
            scope: [${scope
              .split(' ')
              .map((name) => q(name))
              .join(', ')}]
        provider:
          latchkey:
            issuer-uri: ${q(issuer)}`,
  }
}

function go({ issuer, clientId, redirectUri, scope, secret }: Values): Snippet {
  return {
    name: 'Go · oauth2, go-oidc',
    note: 'go get golang.org/x/oauth2 github.com/coreos/go-oidc/v3',
    text: `provider, err := oidc.NewProvider(ctx, ${q(issuer)})
config := oauth2.Config{
	ClientID:     ${q(clientId)},${secret === undefined ? '' : `\n	ClientSecret: ${q(secret)}, // from the environment`}
	Endpoint:     provider.Endpoint(),
	RedirectURL:  ${q(redirectUri)},
	Scopes:       strings.Fields(${q(scope)}),
}

// 1. Send the person there. Keep verifier and state in their session.
verifier := oauth2.GenerateVerifier()
url := config.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier))

// 2. At the redirect URI.
token, err := config.Exchange(ctx, r.FormValue("code"), oauth2.VerifierOption(verifier))`,
  }
}

function postman(
  { clientId, redirectUri, scope, secret }: Values,
  urls: { readonly authorize: string; readonly token: string },
): Snippet {
  return {
    name: 'Postman',
    note: 'In the tab Authorization, type OAuth 2.0, “Configure new token”. Register the callback that Postman shows there.',
    text: `Grant type:             Authorization Code (With PKCE)
Callback URL:           ${redirectUri}
Auth URL:               ${urls.authorize}
Access token URL:       ${urls.token}
Client ID:              ${clientId}${secret === undefined ? '' : `\nClient secret:          ${secret}`}
Code challenge method:  SHA-256
Scope:                  ${scope}
Client authentication:  ${secret === undefined ? 'Send client credentials in body' : 'Send as Basic Auth header'}`,
  }
}

function nodeMachine({ issuer, clientId, scope, secret = '' }: Values): Snippet {
  const options = insecure(issuer) ? ', undefined, { execute: [oidc.allowInsecureRequests] }' : ''
  return {
    name: 'Node · openid-client',
    note: 'npm install openid-client',
    text: `import * as oidc from 'openid-client'

const config = await oidc.discovery(new URL(${q(issuer)}), ${q(clientId)}, ${q(secret)}${options})
const tokens = await oidc.clientCredentialsGrant(config, { scope: ${q(scope)} })`,
  }
}

function pythonMachine({ clientId, scope, secret = '' }: Values, token: string): Snippet {
  return {
    name: 'Python · Authlib',
    note: 'pip install authlib requests',
    text: `from authlib.integrations.requests_client import OAuth2Session

session = OAuth2Session(${q(clientId)}, ${q(secret)}, scope=${q(scope)})
token = session.fetch_token(${q(token)}, grant_type="client_credentials")`,
  }
}

function goMachine({ clientId, scope, secret = '' }: Values, token: string): Snippet {
  return {
    name: 'Go · oauth2',
    note: 'go get golang.org/x/oauth2',
    text: `config := clientcredentials.Config{
	ClientID:     ${q(clientId)},
	ClientSecret: ${q(secret)}, // from the environment
	TokenURL:     ${q(token)},
	Scopes:       strings.Fields(${q(scope)}),
}
token, err := config.Token(ctx)`,
  }
}
