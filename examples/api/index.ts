// `npm run example:api`: the API of the tutorial. Everything about tokens is in the first call.
import { createServer } from 'node:http'
import { protect } from '@latchkey/protect/node'

const { ISSUER = 'http://localhost:8000', AUDIENCE = ISSUER, PORT = '8002' } = process.env

const hello = protect(
  { issuer: ISSUER, audience: AUDIENCE, scopes: ['read'] },
  (_, response, { claims, scopes }) => {
    response.setHeader('content-type', 'application/json')
    response.end(`${JSON.stringify({ hello: claims.sub, client: claims.client_id, scopes })}\n`)
  },
)

const server = createServer((request, response) => {
  // Pages of any origin may call: a script holds the token, no browser sends it automatically.
  response.setHeader('access-control-allow-origin', '*')
  response.setHeader('access-control-allow-headers', 'authorization, dpop')
  response.setHeader('access-control-expose-headers', 'www-authenticate')
  if (request.method === 'OPTIONS') response.writeHead(204).end()
  else if (isGuarded(request.url)) void hello(request, response)
  else response.writeHead(404).end('The API is at /api/hello\n')
})

/** The metadata document (RFC 9728) is served by the same guard. */
function isGuarded(url = ''): boolean {
  return /^\/(api\/hello|\.well-known\/oauth-protected-resource)(?=[/?]|$)/.test(url)
}

server.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : PORT
  console.log(`\n  API       http://localhost:${port}/api/hello\n  Tokens    of ${ISSUER}, for ${AUDIENCE}\n`)
})
