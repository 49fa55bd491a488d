import assert from 'node:assert/strict'
import { appendFileSync, readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import * as two from '@modelcontextprotocol/client'
import { UnauthorizedError as Unauthorized } from '@modelcontextprotocol/sdk/client/auth.js'
import * as one from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { freePort, listen } from '../e2e/elsewhere.ts'
import { DevProject } from '../scripts/dev-project.ts'
import { type Application, Visitor } from '../scripts/visitor.ts'
import { Agent, redirectUri, type Way } from './agent.ts'
import { Remote } from './remote.ts'
import { startToolServer, type ToolServer } from './tool-server.ts'

/** The features of both versions of MCP's TypeScript client that are used here. */
interface Host {
  /** The scope it requests. */
  readonly scope: string
  /** The same, after an API required one more scope. Undefined: it refreshes instead, and then gives up. */
  readonly more: string | undefined
  connect(agent: Agent): Promise<void>
  /** Gives the client the result of the person's redirect. */
  finish(agent: Agent): Promise<void>
  call(tool: 'read' | 'write'): Promise<unknown>
  close(): Promise<void>
}

const certificate = path.join(import.meta.dirname, 'localhost.crt')
const key = path.join(import.meta.dirname, 'localhost.key')
const project = new DevProject()
const origin = () => project.origin
const person = new Visitor(origin)
const documents = createServer({ cert: readFileSync(certificate), key: readFileSync(key) })
let tools: ToolServer
let documentUrl = ''
let remotePort = ''
let remoteUri = ''

before(async () => {
  // A client id that is a URL begins with https, so the Worker must trust its certificate.
  process.env.NODE_EXTRA_CA_CERTS = certificate
  appendFileSync(project.at('.dev.vars'), 'REGISTRATION=open\n')
  assert.equal(project.run('createsuperuser', ['--username', 'ada']).status, 0)
  tools = await startToolServer(origin)
  remotePort = `${await freePort()}`
  remoteUri = `http://localhost:${remotePort}/oauth/callback`
  documentUrl = `https://localhost:${await listen(documents)}/agent.json`
  const { clientMetadata } = new Agent(person, { way: 'registration' })
  documents.on('request', ({ url }, response) => {
    const redirect_uris = url === '/remote.json' ? [remoteUri] : [redirectUri]
    const client_id = new URL(url ?? '', documentUrl).href
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ ...clientMetadata, client_id, redirect_uris }))
  })
  await project.start()
  await person.signIn('ada')
  const saved = await person.submit(await person.request('/admin/apis/new'), {
    identifier: tools.url,
    name: 'Tools',
  })
  assert.equal(saved.status, 303, await saved.text())
})
after(async () => {
  tools.close()
  documents.close()
  documents.closeAllConnections()
  await project.remove()
})

const hosts: Readonly<Record<string, () => Host>> = {
  '@modelcontextprotocol/sdk 1.x': () => {
    const client = new one.Client({ name: 'host', version: '1.0.0' })
    let transport: StreamableHTTPClientTransport
    return {
      scope: 'read',
      more: undefined,
      async connect(authProvider) {
        transport = new StreamableHTTPClientTransport(new URL(tools.url), { authProvider })
        await client.connect(transport)
      },
      finish: (agent) => transport.finishAuth(agent.callback.get('code') ?? ''),
      call: (name) => client.callTool({ name }),
      close: () => client.close(),
    }
  },
  '@modelcontextprotocol/client 2.x': () => {
    const client = new two.Client({ name: 'host', version: '1.0.0' })
    let transport: two.StreamableHTTPClientTransport
    return {
      // The server offers refresh tokens, so it requests one.
      scope: 'read offline_access',
      more: 'read offline_access write',
      async connect(authProvider) {
        transport = new two.StreamableHTTPClientTransport(new URL(tools.url), { authProvider })
        await client.connect(transport)
      },
      finish: (agent) => transport.finishAuth(agent.callback),
      call: (name) => client.callTool({ name }),
      close: () => client.close(),
    }
  },
}

const isUnauthorized = (error: unknown) =>
  error instanceof Unauthorized || error instanceof two.UnauthorizedError

const ways: Readonly<Record<Way['way'], () => Promise<Way>>> = {
  registration: async () => ({ way: 'registration' }),
  'metadata document': async () => ({ way: 'metadata document', url: documentUrl }),
  'by hand': async () => ({ way: 'by hand', ...(await person.register(redirectUri)) }),
}

describe('from only the URL of an MCP server to a call of its tool', () => {
  for (const [name, makeHost] of Object.entries(hosts)) {
    for (const [way, make] of Object.entries(ways)) {
      it(`${name}, ${way}`, async () => {
        const host = makeHost()
        const agent = new Agent(person, await make())
        await assert.rejects(host.connect(agent), isUnauthorized)
        await host.finish(agent)
        await host.connect(agent)

        assert.equal(claimsOf(await host.call('read')).scope, host.scope)
        const scopes = [host.scope]
        if (host.more !== undefined) {
          // Granted scopes stay, and the person is asked about all of them.
          await assert.rejects(host.call('write'), isUnauthorized)
          await host.finish(agent)
          scopes.push(host.more)
          assert.equal(claimsOf(await host.call('write')).scope, host.more)
        }
        const { aud, client_id } = claimsOf(await host.call('read'))
        await host.close()

        const id = agent.clientInformation()?.client_id
        assert.deepEqual([aud, client_id, way === 'metadata document'], [tools.url, id, id === documentUrl])
        assert.deepEqual(
          agent.asked.map((query) => [query.get('scope'), query.get('resource')]),
          scopes.map((scope) => [scope, tools.url]),
        )
      })
    }
  }
})

/** Its arguments for each way, and the client id if it is known before. */
const remoteWays: Readonly<Record<string, () => Promise<readonly [args: readonly string[], id?: string]>>> = {
  registration: async () => [[]],
  'metadata document': async () => {
    const url = new URL('/remote.json', documentUrl).href
    return [['--client-metadata-url', url], url]
  },
  'by hand': async () => withId(await person.register(remoteUri)),
  'registration as a device': async () => [['--device-code']],
  'client credentials': async () => {
    const [args, id] = withId(await person.register('', 'client-credentials'))
    return [['--client-credentials', ...args], id]
  },
}

function withId({ id, secret }: Application): readonly [args: readonly string[], id: string] {
  const information = JSON.stringify({ client_id: id, client_secret: secret })
  return [['--static-oauth-client-info', information], id]
}

describe('from only the URL of an MCP server to a call of its tool through mcp-remote', () => {
  for (const [way, make] of Object.entries(remoteWays)) {
    it(way, async () => {
      const [args, id] = await make()
      const remote = new Remote(person, [tools.url, remotePort, ...args])
      await remote.connect()
      const { aud, client_id, scope } = claimsOf(await remote.call('read'))
      await remote.close()
      assert.equal(aud, tools.url)
      assert.match(String(scope), /^read( |$)/)
      if (id !== undefined) assert.equal(client_id, id)
      assert.deepEqual(
        remote.asked.map((url) => url.searchParams.get('client_id') ?? client_id),
        way === 'client credentials' ? [] : [client_id],
      )
    })
  }
})

/** The tool returns the claims of its access token. */
function claimsOf(result: unknown): Record<string, unknown> {
  assert.ok(
    typeof result === 'object' && result !== null && 'content' in result && Array.isArray(result.content),
  )
  return JSON.parse(result.content[0].text)
}
