import { HonoBase } from 'hono/hono-base'
import { TrieRouter } from 'hono/router/trie-router'
import { accountRoutes } from './app/account.ts'
import { administrationRoutes } from './app/administration.ts'
import { applicationsRoutes } from './app/applications.ts'
import { entranceRoutes } from './app/entrance.ts'
import { oauthRoutes } from './app/oauth.ts'
import type { Bindings, Config } from './config.ts'
import { type App, begin } from './http/context.ts'
import { answerFailure, answerForeignHost, answerNotFound } from './http/failures.ts'
import { logRequest } from './http/log.ts'
import { type Fetch, keepingDocuments } from './http/server/documents.ts'
import { knownTypes } from './http/server/published-details.ts'
import { anyone } from './http/sign-in/guard.ts'
import { mount } from './http/surfaces.ts'
import { knownJwks } from './http/tokens/signing.ts'
import { makePaths } from './paths.ts'
import { issuerFor } from './rules/server/issuer.ts'
import { randomText } from './secrets/secret.ts'
import { english } from './ui/words/messages/index.ts'
import type { Seconds } from './values/time.ts'

/** The request handler, and its routes. */
export interface Server {
  readonly fetch: Fetch
  readonly routes: HonoBase<App>['routes']
}

/** Every URL, from the tables in app/. The clock is read once per request. */
export function createApp(config: Config, clock: () => Seconds): Server {
  const paths = makePaths(config.oauthPath)
  // `strict: false`: each URL answers with and without a trailing slash. Hono's default is to try two routers: the other one can't
  // tell `/admin/users/new` from `/admin/users/:id`.
  const app = new HonoBase<App>({ strict: false, router: new TrieRouter() })

  app.use(async (c, next) => {
    const issuer = issuerFor(config, c.req.url)
    begin(c, {
      config,
      paths,
      now: clock(),
      issuer: issuer ?? '',
      reference: randomText(9),
      noted: {},
      language: 'en',
      messages: english,
      texts: {},
      surface: undefined,
      route: undefined,
      guard: anyone,
      visit: undefined,
      cookies: undefined,
    })
    return logRequest(c, next)
  })
  app.use(async (c, next) => (c.var.issuer === '' ? answerForeignHost(c) : next()))

  const tables = [entranceRoutes, oauthRoutes, applicationsRoutes, accountRoutes, administrationRoutes]
  for (const table of tables) for (const route of table(paths)) mount(app, route)

  app.notFound(answerNotFound)
  app.onError((error, c) => answerFailure(c, error))
  const documents = new Map<string, (env: Bindings) => string | undefined>([
    [paths.serverMetadata, ({ DB }) => knownTypes(DB, clock())],
    [paths.openidConfiguration, ({ DB }) => knownTypes(DB, clock())],
    [paths.userinfoMetadata, () => 'made once'],
    [paths.jwks, ({ DB }: Bindings) => knownJwks(DB, clock())],
  ])
  // The whole URL must match. In development the issuer is the loopback origin of the request.
  const versionOf = (url: string) => {
    const issuer = url.includes('/.well-known/') ? (config.issuer ?? issuerFor(config, url)) : undefined
    return issuer !== undefined && url.startsWith(issuer)
      ? documents.get(url.slice(issuer.length))
      : undefined
  }
  return { fetch: keepingDocuments(app.fetch, versionOf), routes: app.routes }
}
