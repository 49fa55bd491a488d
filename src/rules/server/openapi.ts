import type { Paths } from '../../paths.ts'
import { statusOf } from '../refusal.ts'
import { grantParameters, type Operation, operationsOf, type Security } from './operations.ts'

const text = { type: 'string' } as const
const whole = { type: 'integer' } as const
const json = (schema: string) => ({
  'application/json': { schema: { $ref: `#/components/schemas/${schema}` } },
})

function object(properties: Readonly<Record<string, object>>, required: readonly string[] = []) {
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) }
}

const schemas = {
  Error: object(
    {
      error: { type: 'string', enum: Object.keys(statusOf) },
      error_description: { type: 'string', description: 'For developers' },
      error_uri: { type: 'string', format: 'uri', description: 'What to do about it' },
      reference: { type: 'string', description: 'Identifies the request in the log of the server' },
    },
    ['error', 'error_description'],
  ),
  Tokens: object(
    {
      access_token: text,
      token_type: { type: 'string', enum: ['Bearer', 'DPoP', 'N_A'] },
      expires_in: whole,
      scope: text,
      refresh_token: text,
      id_token: text,
      issued_token_type: text,
    },
    ['access_token', 'token_type', 'expires_in', 'scope'],
  ),
  Device: object(
    {
      device_code: text,
      user_code: text,
      verification_uri: text,
      verification_uri_complete: text,
      expires_in: whole,
      interval: whole,
    },
    ['device_code', 'user_code', 'verification_uri', 'expires_in', 'interval'],
  ),
  Backchannel: object({ auth_req_id: text, expires_in: whole, interval: whole }, [
    'auth_req_id',
    'expires_in',
    'interval',
  ]),
  PushedRequest: object({ request_uri: text, expires_in: whole }, ['request_uri', 'expires_in']),
  Introspection: object(
    {
      active: { type: 'boolean' },
      scope: text,
      client_id: text,
      username: text,
      token_type: text,
      exp: whole,
      iat: whole,
      sub: text,
      aud: {},
      iss: text,
      jti: text,
      auth_time: whole,
      acr: text,
      act: { type: 'object', description: 'RFC 8693 §4.1' },
      cnf: { type: 'object', description: 'The key that the token is bound to: RFC 9449 §6.2' },
    },
    ['active'],
  ),
  Userinfo: object({ sub: text }, ['sub']),
  Client: {
    ...object(
      {
        client_id: text,
        client_secret: text,
        registration_access_token: text,
        registration_client_uri: text,
      },
      ['client_id'],
    ),
    description: 'RFC 7591 §3.2.1, with all metadata of the client',
  },
  Document: { type: 'object' },
} as const

const bearer = (description: string) => ({ type: 'http', scheme: 'bearer', description })
const ofForm = (name: string, description: string) => ({ type: 'apiKey', in: 'query', name, description })

/** OpenAPI can't describe credentials in form parameters: the descriptions mention them. */
const securitySchemes: Readonly<Record<Security, object>> = {
  clientBasic: { type: 'http', scheme: 'basic', description: 'client_secret_basic, RFC 6749 §2.3.1' },
  clientPost: ofForm(
    'client_secret',
    'client_secret_post: client_id and client_secret in the form, never in the query',
  ),
  clientAssertion: ofForm(
    'client_assertion',
    'private_key_jwt, RFC 7523: client_assertion and client_assertion_type in the form, never in the query',
  ),
  clientCertificate: {
    type: 'mutualTLS',
    description: 'RFC 8705, at the mtls_endpoint_aliases of the metadata, if the server has them',
  },
  publicClient: ofForm('client_id', 'A public client: client_id in the form, never in the query'),
  accessToken: bearer('An access token, RFC 6750'),
  boundToken: {
    type: 'http',
    scheme: 'dpop',
    description: 'An access token that is bound to a key, with a proof in the header DPoP: RFC 9449 §7.1',
  },
  registrationToken: bearer('The registration access token, RFC 7592 §3'),
  initialToken: bearer('The initial access token, RFC 7591 §3, if the server has one'),
}

/** The endpoints for programs, described in OpenAPI 3.1. `grantTypes`: from the grants table. */
export function openapiDocument(
  issuer: string,
  paths: Paths,
  grantTypes: readonly string[],
): Readonly<Record<string, unknown>> {
  const described = Object.entries(operationsOf(paths)).map(([path, methods]) => [
    path,
    {
      ...(path.includes('{client_id}')
        ? { parameters: [{ name: 'client_id', in: 'path', required: true, schema: text }] }
        : {}),
      ...Object.fromEntries(
        Object.entries(methods).map(([method, operation]) => [
          method,
          describe(path, method, operation, path === paths.token ? grantTypes : undefined),
        ]),
      ),
    },
  ])
  return {
    openapi: '3.1.0',
    info: {
      title: 'Latchkey',
      version: '1',
      description:
        'An OAuth 2.1 and OpenID Connect authorization server. What it supports is in its metadata.',
    },
    servers: [{ url: issuer }],
    externalDocs: { url: issuer + paths.openidConfiguration },
    paths: Object.fromEntries(described),
    components: {
      schemas,
      securitySchemes,
      parameters: {
        DPoP: {
          name: 'DPoP',
          in: 'header',
          description: 'A proof of the key that tokens are bound to, for this request alone: RFC 9449 §4',
          schema: text,
        },
      },
      responses: {
        Error: {
          description: 'RFC 6749 §5.2. 401 comes with WWW-Authenticate, and 429 and 503 with Retry-After',
          content: json('Error'),
        },
      },
    },
  }
}

function describe(
  path: string,
  method: string,
  operation: Operation,
  grantTypes: readonly string[] | undefined,
) {
  const { summary, specification, security, parameters = [], proof, takesMetadata, answer } = operation
  const [status, schema] = answer
  const isQuery = method === 'get'
  const inUrlOrHeader = [...(isQuery ? parameters.map(ofQuery) : []), ...(proof ? [proofHeader] : [])]
  return {
    operationId: `${method} ${path}`,
    summary,
    description: specification,
    ...(security.length > 0 ? { security: security.map((name) => ({ [name]: [] })) } : {}),
    ...(inUrlOrHeader.length > 0 ? { parameters: inUrlOrHeader } : {}),
    ...(takesMetadata ? { requestBody: { required: true, content: json('Document') } } : {}),
    ...(!isQuery && parameters.length > 0 ? { requestBody: ofBody(parameters, grantTypes) } : {}),
    responses: {
      [status]: {
        description: schema === 'Redirect' ? 'A redirect to the client, or to a page' : summary,
        ...contentOf(schema),
      },
      ...(schema === 'Document' || schema === 'Text'
        ? {}
        : { default: { $ref: '#/components/responses/Error' } }),
    },
  }
}

function contentOf(schema: string) {
  if (schema === 'Redirect' || schema === 'Nothing') return {}
  return { content: schema === 'Text' ? { 'text/plain': { schema: text } } : json(schema) }
}

const proofHeader = { $ref: '#/components/parameters/DPoP' }

const nameOf = (parameter: string) => parameter.replace('?', '')
const isOptional = (parameter: string) => parameter.endsWith('?')

function ofQuery(parameter: string) {
  return { name: nameOf(parameter), in: 'query', required: !isOptional(parameter), schema: text }
}

function ofBody(parameters: readonly string[], grantTypes: readonly string[] | undefined) {
  const schema =
    grantTypes === undefined
      ? formOf(parameters)
      : {
          oneOf: grantTypes.map((grant) =>
            formOf(grantParameters[grant] ?? [], { grant_type: { const: grant } }),
          ),
        }
  const required = grantTypes !== undefined || !parameters.every(isOptional)
  return { required, content: { 'application/x-www-form-urlencoded': { schema } } }
}

function formOf(parameters: readonly string[], fixed: Readonly<Record<string, object>> = {}) {
  const properties = Object.fromEntries(parameters.map((parameter) => [nameOf(parameter), text]))
  const required = [...Object.keys(fixed), ...parameters.filter((parameter) => !isOptional(parameter))]
  return object({ ...fixed, ...properties }, required)
}
