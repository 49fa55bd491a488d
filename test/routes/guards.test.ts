import { beforeAll, expect, it } from 'vitest'
import { accountRoutes } from '../../src/app/account.ts'
import { administrationRoutes } from '../../src/app/administration.ts'
import { applicationsRoutes } from '../../src/app/applications.ts'
import { oauthRoutes } from '../../src/app/oauth.ts'
import { makePaths } from '../../src/paths.ts'
import { addUser, applySchema, startServer } from '../server.ts'

const server = startServer({ config: { signUp: 'invitation' } })
const guarded = [oauthRoutes, applicationsRoutes, accountRoutes, administrationRoutes]
  .flatMap((table) => table(makePaths('/o')))
  .filter(({ guard }) => guard.for === 'users')
  .flatMap(({ path, handlers }) =>
    Object.keys(handlers).map((method) => [method.toUpperCase(), path] as const),
  )

beforeAll(async () => {
  await applySchema()
  // Until there is an administrator, people are redirected to set up the server.
  await addUser('root', 'administrator')
})

it.each(guarded)(
  '%s %s redirects a visitor who is not signed in to the sign-in page',
  async (method, path) => {
    const url = path.replace(/:\w+/g, 'something')
    const { status, headers } = await server.fetch(url, {
      method,
      redirect: 'manual',
      headers: { Origin: 'http://localhost:8787' },
    })
    expect([status, headers.get('Location')?.replace(/\?.*/, '')]).toEqual([303, '/login'])
  },
)
