import type { Paths } from '../../paths.ts'
import { operationsOf } from './operations.ts'

/** The information that a language model needs to use this server for a person, in the format of llmstxt.org. */
export function llmsText(issuer: string, paths: Paths): string {
  const endpoints = Object.entries(operationsOf(paths)).flatMap(([path, methods]) => {
    const [first] = Object.values(methods)
    const names = Object.keys(methods).join(', ').toUpperCase()
    return first === undefined
      ? []
      : [`- [${names} ${path}](${issuer}${path}): ${first.summary} (${first.specification})`]
  })
  return `# Latchkey

> An OAuth 2.1 and OpenID Connect authorization server. Its issuer is \`${issuer}\`, to the letter, without a slash at the end.

- Only the code flow with PKCE (S256), client credentials, device code, refresh and token exchange exist. There is no implicit and no password grant.
- Redirect URIs are compared to the letter; on loopback any port is right.
- Errors are JSON: \`{"error", "error_description", "reference"}\`. The reference names the request in the log of the server.
- Access tokens are JWTs (RFC 9068) for one audience each: name an API by \`resource\` (RFC 8707).
- A person signs in at ${issuer}${paths.login}, and registers an application at ${issuer}${paths.registerApplication}: its page shows code with the values filled in.

## Endpoints

${endpoints.join('\n')}

## Documents

- [Metadata](${issuer}${paths.openidConfiguration}): what this server supports
- [OpenAPI](${issuer}${paths.openapi}): parameters, authentication and answers of each endpoint
- [Playground](${issuer}${paths.playground}): the flow step by step, in a browser
`
}
