import { beforeAll, describe, expect, it } from 'vitest'
import described from '../../public/endpoints.json'
import readme from '../../README.md?raw'
import { accountRoutes } from '../../src/app/account.ts'
import { administrationRoutes } from '../../src/app/administration.ts'
import { applicationsRoutes } from '../../src/app/applications.ts'
import { entranceRoutes } from '../../src/app/entrance.ts'
import { oauthRoutes } from '../../src/app/oauth.ts'
import { makePaths } from '../../src/paths.ts'
import { grants } from '../../src/routes/token/grants.ts'
import { type Endpoints, operationsByPath } from '../../src/rules/server/endpoints.ts'
import { openapiDocument } from '../../src/rules/server/openapi.ts'
import { databaseThatThrows } from '../faults.ts'
import { addUser, applySchema, issuer, type Server, startServer } from '../server.ts'

const paths = [
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/.well-known/jwks.json',
  '/.well-known/oauth-protected-resource/o/userinfo',
  '/openapi.json',
  '/llms.txt',
]

// Its texts are of wider types. The tests below compare the names in it with the tables that they are from.
const endpoints = described as Endpoints

/** Counts the requests to the database. */
function counting(server: Server) {
  let calls = 0
  const { DB } = server.env
  const counted = new Proxy(DB, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property)
      if (typeof value !== 'function') return value
      return (...given: unknown[]) => {
        if (property === 'batch') calls++
        return value.apply(target, given)
      }
    },
  })
  return { DB: counted, calls: () => calls }
}

beforeAll(async () => {
  await applySchema()
  await addUser('ada')
})

describe('documents that are the same for everybody', () => {
  it.each(paths)('%s is the same from the app and from the cache', async (path) => {
    const server = startServer({ config: { issuer } })
    const first = await server.fetch(path)
    const again = await server.fetch(path)
    expect(first.status).toBe(200)
    expect([...again.headers]).toEqual([...first.headers])
    expect(await again.text()).toBe(await first.text())
    expect(again.headers.get('access-control-allow-origin')).toBe('*')
  })

  it.each(paths)('%s is not sent to clients that have it', async (path) => {
    const server = startServer({ config: { issuer } })
    const { headers } = await server.fetch(path)
    const etag = headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[\w-]{43}"$/)
    const asked = async (tag: string) =>
      (await server.fetch(path, { headers: { 'if-none-match': tag } })).status
    expect(await asked(etag)).toBe(304)
    expect(await asked(`"other", W/${etag}`)).toBe(304)
    expect(await asked('*')).toBe(304)
    expect(await asked('"other"')).toBe(200)
    // The first request to a new server.
    const cold = startServer({ config: { issuer } })
    expect((await cold.fetch(path, { headers: { 'if-none-match': etag } })).status).toBe(304)
  })

  it('reads the key set from the database once a minute', async () => {
    const plain = startServer()
    const { DB, calls } = counting(plain)
    const server = startServer({ config: { issuer }, bindings: { DB } })
    await server.fetch('/.well-known/jwks.json')
    const before = calls()
    for (let i = 0; i < 5; i++) await server.fetch('/.well-known/jwks.json')
    expect(calls()).toBe(before)
    server.now += 60
    await server.fetch('/.well-known/jwks.json')
    expect(calls()).toBeGreaterThan(before)
  })

  it('names the types of authorization details, read from the database once in five minutes', async () => {
    const { DB, calls } = counting(startServer())
    const server = startServer({ config: { issuer }, bindings: { DB } })
    const typesAt = async (path: string) =>
      (await (await server.fetch(path)).json<Record<string, unknown>>()).authorization_details_types_supported
    const both = paths.slice(0, 2)
    for (const path of both) expect(await typesAt(path)).toBeUndefined()
    const before = calls()
    await DB.prepare("INSERT INTO authorization_details_types VALUES ('payment', 'Pay', '{}')").run()
    for (const path of [...both, ...both]) expect(await typesAt(path)).toBeUndefined()
    expect(calls()).toBe(before)
    server.now += 300
    for (const path of [...both, ...both]) expect(await typesAt(path)).toEqual(['payment'])
    expect(calls()).toBe(before + 1)
    const headers = { 'if-none-match': (await server.fetch(both[0] ?? '')).headers.get('etag') ?? '' }
    expect((await server.fetch(both[1] ?? '', { headers })).status).toBe(304)
    await DB.prepare('DELETE FROM authorization_details_types').run()
    server.now += 300
    expect((await server.fetch(both[1] ?? '', { headers })).status).toBe(200)
    expect(await typesAt(both[0] ?? '')).toBeUndefined()
  })

  it('is answered when the database is not', async () => {
    const server = startServer({ config: { issuer }, bindings: { DB: databaseThatThrows() } })
    for (const path of paths.filter((path) => !path.endsWith('jwks.json')))
      expect([path, (await server.fetch(path)).status]).toEqual([path, 200])
  })

  it('names each loopback origin in development, and no other', async () => {
    const server = startServer()
    const issuerAt = async (origin: string) => {
      const answer = await server.fetch(`${origin}/.well-known/openid-configuration`)
      return answer.status === 200 ? ((await answer.json()) as { issuer: string }).issuer : answer.status
    }
    const origins = ['http://localhost:8787', 'http://127.0.0.1:8787', 'http://localhost:9000']
    for (const origin of [...origins, ...origins]) expect(await issuerAt(origin)).toBe(origin)
    for (let i = 0; i < 2; i++) expect(await issuerAt('https://elsewhere.example')).toBe(421)
  })

  it('caches nothing for another host, scheme, method or query', async () => {
    const server = startServer({ config: { issuer: 'https://id.example.com' } })
    for (const path of paths) {
      expect((await server.fetch(`https://id.example.com${path}`)).status).toBe(200)
      expect((await server.fetch(`https://elsewhere.example${path}`)).status).toBe(421)
      expect((await server.fetch(`http://id.example.com${path}`)).status).toBe(400)
      expect((await server.fetch(`https://id.example.com${path}`, { method: 'POST' })).status).toBe(405)
    }
  })
})

describe('/openapi.json and /llms.txt', () => {
  const paths = makePaths('/auth')
  const tables = [entranceRoutes, oauthRoutes, applicationsRoutes, accountRoutes, administrationRoutes]
  const routes = tables.flatMap((table) => table(paths))
  const endpointsOf = (surface: 'machine' | 'flow') =>
    routes
      // A picture of a page answers no preflight.
      .filter((route) => route.surface === surface && (surface === 'flow' || route.preflight !== undefined))
      .flatMap(({ path, handlers }) =>
        // A module may export a handler under a second name.
        (['get', 'post', 'put', 'delete'] as const)
          .filter((method) => method in handlers)
          .map((method) => `${method} ${path.replace(':clientId', '{client_id}')}`),
      )

  it('name every machine endpoint, and no other', async () => {
    const server = startServer({ config: { issuer, oauthPath: '/auth' } })
    const document: { paths: Record<string, Record<string, unknown>> } = JSON.parse(
      await (await server.fetch('/openapi.json')).text(),
    )
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => method !== 'parameters')
        .map((method) => `${method} ${path}`),
    )
    const machine = endpointsOf('machine')
    expect(machine.length).toBeGreaterThan(15)
    expect(machine.filter((endpoint) => !described.includes(endpoint))).toEqual([])
    const known = [...machine, ...endpointsOf('flow')]
    expect(described.filter((endpoint) => !known.includes(endpoint))).toEqual([])

    const short = await server.fetch('/llms.txt')
    expect(short.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    const text = await short.text()
    expect(Object.keys(document.paths).filter((path) => !text.includes(`](${issuer}${path})`))).toEqual([])
  })

  it('describe how a token is sent with a proof, and where one binds (RFC 9449)', async () => {
    const { components, paths: described } = openapiDocument(
      issuer,
      paths,
      Object.keys(grants),
      endpoints,
    ) as {
      components: { securitySchemes: Record<string, { scheme: string }> }
      paths: Record<string, Record<string, { security?: object[]; parameters?: unknown }>>
    }
    expect(components.securitySchemes.boundToken?.scheme).toBe('dpop')
    const proof = { $ref: '#/components/parameters/DPoP' }
    const proven = Object.entries(described).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { parameters }]) => JSON.stringify(parameters ?? '').includes(proof.$ref))
        .map(([method]) => `${method} ${path}`),
    )
    expect(proven.toSorted()).toEqual([
      `get ${paths.userinfo}`,
      `post ${paths.pushedRequests}`,
      `post ${paths.token}`,
      `post ${paths.userinfo}`,
    ])
    expect(described[paths.userinfo]?.get?.security).toEqual([{ accessToken: [] }, { boundToken: [] }])
  })

  it('describe each parameter that the endpoints read', () => {
    const sources: Record<string, string> = import.meta.glob(
      [
        '../../src/{rules,http}/requests/*.ts',
        '../../src/rules/clients/credentials.ts',
        '../../src/routes/{authorize,par,token,introspect,revoke,device-authorization,backchannel-authentication,logout-endpoint,userinfo}/*.ts*',
      ],
      { query: '?raw', import: 'default', eager: true },
    )
    const read = Object.values(sources).flatMap((text) =>
      [...text.matchAll(/(?:parameters|pairs)\.(?:get|getAll|has)\('(\w+)'\)/g)].map(([, name = '']) => name),
    )
    expect(read.length).toBeGreaterThan(40)
    const document = JSON.stringify(openapiDocument(issuer, paths, Object.keys(grants), endpoints))
    const missing = new Set(read.filter((name) => !new RegExp(`\\b${name}\\b`).test(document)))
    // The fields of our own forms, and a parameter that is refused.
    for (const name of ['decision', 'shown', 'remember', 'confirm', 'request']) missing.delete(name)
    expect([...missing]).toEqual([])
  })

  it('README.md lists each of these endpoints', () => {
    const [, section = ''] = /^## URLs\n(.*?)^## /ms.exec(readme) ?? []
    const listed = [...operationsByPath(endpoints, makePaths('/o')).keys()]
    const missing = listed.filter((path) => !section.includes(`\`${path}\``))
    expect([section.length > 500, missing]).toEqual([true, []])
  })

  it('name only schemas and ways to authenticate that are described', () => {
    const { schemas, securitySchemes } = described.components
    const known = [...Object.keys(schemas), ...Object.keys(securitySchemes), 'Text', 'Redirect', 'Nothing']
    const named = endpoints.operations.flatMap(({ schema, security = '' }) => [
      schema,
      ...security.split(' '),
    ])
    expect(named.filter((name) => name !== '' && !known.includes(name))).toEqual([])
    // Without its path an operation would be at `undefined`.
    expect([...operationsByPath(endpoints, paths).keys()].filter((path) => !path?.startsWith('/'))).toEqual(
      [],
    )
  })

  it('list the parameters of every grant', () => {
    expect(Object.keys(endpoints.grants).toSorted()).toEqual(Object.keys(grants).toSorted())
  })
})
