import { createServer, type IncomingMessage } from 'node:http'
import { nodeGuard } from '@latchkey/protect/node'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { listen } from '../e2e/elsewhere.ts'

export interface ToolServer {
  readonly url: string
  close(): void
}

/** An MCP server with two tools: `read` needs the scope of its name, `write` needs both. The issuer is known once it runs. */
export async function startToolServer(issuer: () => string): Promise<ToolServer> {
  let guard: ReturnType<typeof nodeGuard> | undefined
  let url = ''
  const server = createServer(async (request, response) => {
    guard ??= nodeGuard({ issuer: issuer(), audience: url, scopes: ['read'] })
    const body = request.method === 'POST' ? await readJson(request) : undefined
    const token = await guard.check(request, response, isChange(body) ? { scopes: ['read', 'write'] } : {})
    if (token === undefined) return
    const mcp = new McpServer({ name: 'tools', version: '1.0.0' })
    for (const name of ['read', 'write']) {
      mcp.registerTool(name, { description: 'Says of whom the token is' }, () => ({
        content: [{ type: 'text', text: JSON.stringify(token.claims) }],
      }))
    }
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
    response.on('close', () => void mcp.close())
    await mcp.connect(transport)
    await transport.handleRequest(request, response, body)
  })
  const port = await listen(server)
  url = `http://localhost:${port}/mcp`
  return {
    url,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString())
}

function isChange(body: unknown): boolean {
  return /"method":"tools\/call".*"name":"write"/.test(JSON.stringify(body) ?? '')
}
