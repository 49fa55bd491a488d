// `npm run example:mcp-server`: an MCP server with one tool. Everything about tokens is in `guard`.
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { nodeGuard } from '@latchkey/protect/node'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'

const { ISSUER = 'http://localhost:8000', PORT = '8003' } = process.env
const audience = `http://localhost:${PORT}/mcp`
const guard = nodeGuard({ issuer: ISSUER, audience, scopes: ['read'] })

const server = createServer(async (request, response) => {
  // Answers by itself: 401 without a valid token, and the metadata (RFC 9728) by which clients find the issuer.
  const token = await guard.check(request, response)
  if (token === undefined) return
  const mcp = new McpServer({ name: 'greetings', version: '1.0.0' })
  mcp.registerTool('hello', { description: 'Says hello to the person who is signed in' }, () => ({
    content: [{ type: 'text', text: `Hello ${token.claims.sub}` }],
  }))
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
  response.on('close', () => void mcp.close())
  await mcp.connect(transport)
  await transport.handleRequest(
    request,
    response,
    request.method === 'POST' ? await json(request) : undefined,
  )
})

server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`\n  MCP       ${audience}\n  Tokens    of ${ISSUER}\n`)
})
