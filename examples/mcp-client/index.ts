// `npm run example:mcp-client`: an MCP client. From the 401 of the MCP server it finds the issuer, signs a person in, and calls a tool.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type OAuthClientProvider, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'

const { MCP = 'http://localhost:8003/mcp', CLIENT_ID } = process.env
if (!CLIENT_ID) {
  console.error('CLIENT_ID is missing: see examples/mcp-client/README.md')
  process.exit(1)
}

// The registered URI is http://127.0.0.1/callback: on loopback any port is accepted (RFC 8252 §7.3).
const callbacks = createServer().listen(0, '127.0.0.1')
await once(callbacks, 'listening')
const address = callbacks.address()
const redirectUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/callback`
const arrived = new Promise<URLSearchParams>((resolve) => {
  callbacks.on('request', (request, response) => {
    response.end('Signed in: go back to the terminal.\n')
    const url = new URL(request.url ?? '/', redirectUrl)
    if (url.pathname === '/callback') resolve(url.searchParams)
  })
})

let tokens: OAuthTokens | undefined
let verifier = ''
const state = crypto.randomUUID()
const provider: OAuthClientProvider = {
  redirectUrl,
  clientMetadata: { redirect_uris: [redirectUrl], token_endpoint_auth_method: 'none' },
  state: () => state,
  clientInformation: () => ({ client_id: CLIENT_ID }),
  tokens: () => tokens,
  saveTokens: (given) => {
    tokens = given
  },
  codeVerifier: () => verifier,
  saveCodeVerifier: (made) => {
    verifier = made
  },
  redirectToAuthorization: (url) => console.log(`\n  Open      ${url.href}\n`),
}

const client = new Client({ name: 'example', version: '1.0.0' })
const connect = async () => {
  const transport = new StreamableHTTPClientTransport(new URL(MCP), { authProvider: provider })
  try {
    await client.connect(transport)
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error
    const answer = await arrived
    if (answer.get('state') !== state) throw new Error('The answer does not belong to this request')
    await transport.finishAuth(answer.get('code') ?? '')
    await client.connect(new StreamableHTTPClientTransport(new URL(MCP), { authProvider: provider }))
  }
}
await connect()
console.log(JSON.stringify((await client.callTool({ name: 'hello' })).content))
await client.close()
callbacks.close()
callbacks.closeAllConnections()
