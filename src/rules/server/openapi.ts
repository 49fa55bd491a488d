import type { Paths } from '../../paths.ts'
import { statusOf } from '../refusal.ts'
import { type Endpoints, type Operation, operationsByPath } from './endpoints.ts'

const text = { type: 'string' } as const
const json = (schema: string) => ({
  'application/json': { schema: { $ref: `#/components/schemas/${schema}` } },
})

/** The endpoints for programs, described in OpenAPI 3.1. `grantTypes`: from the grants table. */
export function openapiDocument(
  issuer: string,
  paths: Paths,
  grantTypes: readonly string[],
  endpoints: Endpoints,
): Readonly<Record<string, unknown>> {
  const grants = grantTypes.map((grant) =>
    formOf(namesIn(endpoints.grants[grant]), { grant_type: { const: grant } }),
  )
  const described = [...operationsByPath(endpoints, paths)].map(([path, operations]) => [
    path,
    {
      ...(path.includes('{client_id}')
        ? { parameters: [{ name: 'client_id', in: 'path', required: true, schema: text }] }
        : {}),
      ...Object.fromEntries(
        operations.flatMap((operation) =>
          operation.methods.map((method) => [method, describe(path, method, operation, grants)]),
        ),
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
    components: withErrorCodes(endpoints.components),
  }
}

function withErrorCodes({ schemas, ...others }: Endpoints['components']) {
  const error = { ...text, enum: Object.keys(statusOf) }
  const properties = { ...schemas.Error.properties, error }
  return { ...others, schemas: { ...schemas, Error: { ...schemas.Error, properties } } }
}

/** `grants`: the form of each grant at the token endpoint. */
function describe(path: string, method: string, operation: Operation, grants: readonly object[]) {
  const { endpoint, summary, specification, proof, takesMetadata, status, schema } = operation
  const security = namesIn(operation.security)
  const parameters = namesIn(operation.parameters)
  const isQuery = method === 'get'
  const inUrlOrHeader = [...(isQuery ? parameters.map(ofQuery) : []), ...(proof ? [proofHeader] : [])]
  const form = endpoint === 'token' ? { oneOf: grants } : formOf(parameters)
  const required = !parameters.every(isOptional)
  return {
    operationId: `${method} ${path}`,
    summary,
    description: specification,
    ...(security.length > 0 ? { security: security.map((name) => ({ [name]: [] })) } : {}),
    ...(inUrlOrHeader.length > 0 ? { parameters: inUrlOrHeader } : {}),
    ...(takesMetadata ? { requestBody: { required: true, content: json('Document') } } : {}),
    ...(!isQuery && parameters.length > 0
      ? { requestBody: { required, content: { 'application/x-www-form-urlencoded': { schema: form } } } }
      : {}),
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

const namesIn = (list = '') => (list === '' ? [] : list.split(' '))
const nameOf = (parameter: string) => parameter.replace('?', '')
const isOptional = (parameter: string) => parameter.endsWith('?')

function ofQuery(parameter: string) {
  return { name: nameOf(parameter), in: 'query', required: !isOptional(parameter), schema: text }
}

function formOf(parameters: readonly string[], fixed: Readonly<Record<string, object>> = {}) {
  const properties = Object.fromEntries(parameters.map((parameter) => [nameOf(parameter), text]))
  const required = [...Object.keys(fixed), ...parameters.filter((parameter) => !isOptional(parameter))]
  return {
    type: 'object',
    properties: { ...fixed, ...properties },
    ...(required.length > 0 ? { required } : {}),
  }
}
