import type { Paths } from '../../paths.ts'
import { type Endpoints, operationsByPath } from './endpoints.ts'

/** The information that a language model needs to use this server for a person, in the format of llmstxt.org. */
export function llmsText(issuer: string, paths: Paths, endpoints: Endpoints): string {
  const listed = [...operationsByPath(endpoints, paths)].map(([path, operations]) => {
    const methods = operations
      .flatMap(({ methods }) => methods)
      .join(', ')
      .toUpperCase()
    const [first] = operations
    return `- [${methods} ${path}](${issuer}${path}): ${first?.summary} (${first?.specification})`
  })
  return `# Latchkey

> An OAuth 2.1 and OpenID Connect authorization server. Its issuer is \`${issuer}\`, exactly, without a slash at the end.

- Grants: the code flow with PKCE (S256), client credentials, device code, CIBA (poll), refresh, token exchange, and JWTs of trusted servers. There is no implicit and no password grant.
- Redirect URIs are compared exactly; only the port of a loopback address may differ.
- A request can be pushed first (PAR), and a DPoP proof binds its tokens to a key.
- Errors are JSON: \`{"error", "error_description", "error_uri", "reference"}\`. \`error_uri\` says what to do; the reference identifies the request in the log of the server.
- Access tokens are JWTs (RFC 9068) for one audience each: name an API by \`resource\` (RFC 8707).
- A person signs in at ${issuer}${paths.login}, and registers an application at ${issuer}${paths.registerApplication}: its page shows code with the values filled in.

## Endpoints

${listed.join('\n')}

## Documents

- [Metadata](${issuer}${paths.openidConfiguration}): what this server supports
- [OpenAPI](${issuer}${paths.openapi}): parameters, authentication and answers of each endpoint
- [Playground](${issuer}${paths.playground}): the flow step by step, in a browser
`
}
