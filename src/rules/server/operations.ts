import type { Paths } from '../../paths.ts'
import { backchannelGrant, deviceCodeGrant } from '../clients/client.ts'
import { jwtBearerGrant } from '../tokens/assertion.ts'
import { tokenExchangeGrant } from '../tokens/exchange.ts'

/** How a caller authenticates: a name in `securitySchemes` of the OpenAPI document. `none` is also for public clients. */
export type Security =
  | 'clientBasic'
  | 'clientPost'
  | 'clientAssertion'
  | 'clientCertificate'
  | 'publicClient'
  | 'accessToken'
  | 'boundToken'
  | 'registrationToken'
  | 'initialToken'

/** The effect of one method of an endpoint, in one sentence, with the specification that defines it. */
export interface Operation {
  readonly summary: string
  readonly specification: string
  /** One of these. Empty: no authentication. */
  readonly security: readonly Security[]
  /** Parameters of the query, or of a form. Those before `?` are required. */
  readonly parameters?: readonly string[]
  /** A DPoP proof in the header binds the answer to its key (RFC 9449 §5, §10.1), or is needed with the token (§7). */
  readonly proof?: true
  /** The body is the metadata of a client, as JSON. */
  readonly takesMetadata?: true
  /** Status and schema of the answer. */
  readonly answer: readonly [status: number, schema: string]
}

const confidential: readonly Security[] = [
  'clientBasic',
  'clientPost',
  'clientAssertion',
  'clientCertificate',
]
const anyClient: readonly Security[] = [...confidential, 'publicClient']

/** Parameters of each grant at the token endpoint. An optional one ends with `?`. */
export const grantParameters: Readonly<Record<string, readonly string[]>> = {
  authorization_code: ['code', 'redirect_uri?', 'code_verifier?', 'resource?'],
  refresh_token: ['refresh_token', 'scope?', 'resource?'],
  client_credentials: ['scope?', 'resource?'],
  [deviceCodeGrant]: ['device_code'],
  [backchannelGrant]: ['auth_req_id'],
  [tokenExchangeGrant]: [
    'subject_token',
    'subject_token_type',
    'actor_token?',
    'actor_token_type?',
    'requested_token_type?',
    'audience?',
    'resource?',
    'scope?',
  ],
  [jwtBearerGrant]: ['assertion', 'scope?', 'resource?'],
}

const authorizationParameters = [
  'client_id',
  'response_type?',
  'redirect_uri?',
  'scope?',
  'state?',
  'code_challenge?',
  'code_challenge_method?',
  'nonce?',
  'prompt?',
  'max_age?',
  'acr_values?',
  'login_hint?',
  'id_token_hint?',
  'ui_locales?',
  'claims?',
  'resource?',
  'response_mode?',
  'request?',
  'dpop_jkt?',
  'authorization_details?',
]

const logoutParameters = [
  'id_token_hint?',
  'client_id?',
  'post_logout_redirect_uri?',
  'state?',
  'ui_locales?',
]

function document(summary: string, specification: string): { readonly get: Operation } {
  return { get: { summary, specification, security: [], answer: [200, 'Document'] } }
}

/** Every endpoint for programs, and the two that browsers are redirected to. A test compares it with the tables of routes. */
export function operationsOf(paths: Paths): Readonly<Record<string, Readonly<Record<string, Operation>>>> {
  const authorize: Operation = {
    summary: 'Ask a person for access: the browser is redirected here, and returns with a code',
    specification: 'RFC 6749 §4.1, OIDC Core §3.1.2',
    security: [],
    parameters: [...authorizationParameters, 'request_uri?'],
    answer: [303, 'Redirect'],
  }
  const logout: Operation = {
    summary: 'Sign a person out: the browser is redirected here',
    specification: 'OIDC RP-Initiated Logout §2',
    security: [],
    parameters: logoutParameters,
    answer: [303, 'Redirect'],
  }
  const userinfo: Operation = {
    summary: 'The claims about the user of the access token',
    specification: 'OIDC Core §5.3',
    security: ['accessToken', 'boundToken'],
    proof: true,
    answer: [200, 'Userinfo'],
  }
  const registration = { specification: 'RFC 7592', security: ['registrationToken'] } as const
  return {
    [paths.authorize]: { get: authorize, post: authorize },
    [paths.pushedRequests]: {
      post: {
        summary: 'Push an authorization request, and send the browser with a reference to it',
        specification: 'RFC 9126',
        security: anyClient,
        parameters: authorizationParameters,
        proof: true,
        answer: [201, 'PushedRequest'],
      },
    },
    [paths.token]: {
      post: {
        summary: 'Get tokens',
        specification: 'RFC 6749 §3.2',
        security: anyClient,
        parameters: ['grant_type'],
        proof: true,
        answer: [200, 'Tokens'],
      },
    },
    [paths.deviceAuthorization]: {
      post: {
        summary: 'Start a sign-in on a device without a browser',
        specification: 'RFC 8628 §3.1',
        security: anyClient,
        parameters: ['scope?', 'resource?', 'authorization_details?'],
        answer: [200, 'Device'],
      },
    },
    [paths.backchannelAuthentication]: {
      post: {
        summary: 'Ask a person to sign in, who answers on their account page',
        specification: 'OpenID Connect CIBA Core 1.0 §7',
        security: confidential,
        parameters: [
          'scope',
          'login_hint?',
          'id_token_hint?',
          'binding_message?',
          'requested_expiry?',
          'resource?',
          'authorization_details?',
        ],
        answer: [200, 'Backchannel'],
      },
    },
    [paths.userinfo]: { get: userinfo, post: { ...userinfo, parameters: ['access_token?'] } },
    [paths.introspect]: {
      post: {
        summary: 'Whether a token is valid, and its content',
        specification: 'RFC 7662',
        security: [...confidential, 'accessToken'],
        parameters: ['token', 'token_type_hint?'],
        answer: [200, 'Introspection'],
      },
    },
    [paths.revoke]: {
      post: {
        summary: 'Revoke a token. A refresh token revokes every token of the same sign-in',
        specification: 'RFC 7009',
        security: anyClient,
        parameters: ['token', 'token_type_hint?'],
        answer: [200, 'Nothing'],
      },
    },
    [paths.endSession]: { get: logout, post: logout },
    [paths.register]: {
      post: {
        summary: 'Register a client, if the server allows it',
        specification: 'RFC 7591',
        security: ['initialToken'],
        takesMetadata: true,
        answer: [201, 'Client'],
      },
    },
    [paths.registration(':client_id').replace(':client_id', '{client_id}')]: {
      get: { ...registration, summary: 'Read the registration of a client', answer: [200, 'Client'] },
      put: {
        ...registration,
        summary: 'Replace the registration of a client',
        takesMetadata: true,
        answer: [200, 'Client'],
      },
      delete: { ...registration, summary: 'Delete a client', answer: [204, 'Nothing'] },
    },
    [paths.openidConfiguration]: document('The metadata of this server', 'OIDC Discovery §4'),
    [paths.serverMetadata]: document('The same metadata', 'RFC 8414'),
    [paths.jwks]: document('The keys that tokens are signed with', 'RFC 7517'),
    [paths.userinfoMetadata]: document('Userinfo as a protected resource', 'RFC 9728'),
    [paths.passkeyEndpoints]: document('Where people add and manage passkeys', 'W3C Passkey Endpoints'),
    [paths.openapi]: document('This document', 'OpenAPI 3.1'),
    [paths.llms]: {
      get: {
        ...document('The server in short, for language models', 'llmstxt.org').get,
        answer: [200, 'Text'],
      },
    },
  }
}
