import { basic, fail, type Lane, type Service } from './driver/lane.ts'

/** One measured unit of work: a wrong answer ends the run. */
export interface Flow {
  readonly name: string
  /** Whether it starts with tokens that the lane already has. */
  readonly needsTokens: boolean
  /** The maximum cost, as a multiple of the ruler. */
  readonly target: number
  isOfferedBy(service: Service): boolean
  run(lane: Lane): Promise<void>
}

export const codeFlow: Flow = {
  name: 'authorize + code',
  needsTokens: false,
  target: 1.7,
  isOfferedBy: ({ paths }) => paths.authorize !== undefined,
  async run(lane) {
    lane.keep('The code', await lane.redeem(await lane.authorize()))
  },
}

export const flows: readonly Flow[] = [
  codeFlow,
  {
    name: 'refresh',
    needsTokens: true,
    target: 1.4,
    isOfferedBy: ({ paths }) => paths.authorize !== undefined,
    async run(lane) {
      const { refresh_token = '' } = lane.tokens ?? {}
      const answer = await lane.askForTokens({ grant_type: 'refresh_token', refresh_token })
      lane.keep('The refresh token', answer)
      if (lane.tokens?.refresh_token === refresh_token) fail('A refresh token that was used', answer)
    },
  },
  {
    name: 'client credentials',
    needsTokens: false,
    target: 1.2,
    isOfferedBy: ({ machine }) => machine !== undefined,
    async run(lane) {
      const { machine } = lane.service
      if (machine === undefined) return
      const form = { grant_type: 'client_credentials', scope: machine.scope }
      const answer = await lane.askForTokens(form, machine)
      if (!answer.body.includes('"access_token"')) fail('Client credentials', answer)
    },
  },
  {
    name: 'introspection',
    needsTokens: true,
    target: 1.3,
    isOfferedBy: ({ paths }) => paths.introspect !== undefined,
    async run(lane) {
      const { paths, client } = lane.service
      const form = { token: lane.tokens?.access_token ?? '', token_type_hint: 'access_token' }
      const answer = await lane.call('POST', `${paths.introspect}`, basic(client), form)
      if (!/"active":\s*true/.test(answer.body)) fail('Introspection', answer)
    },
  },
  {
    name: 'userinfo',
    needsTokens: true,
    target: 1.4,
    isOfferedBy: ({ paths }) => paths.userinfo !== undefined,
    async run(lane) {
      const bearer = { Authorization: `Bearer ${lane.tokens?.access_token}` }
      const answer = await lane.call('GET', `${lane.service.paths.userinfo}`, bearer)
      if (!answer.body.includes('"sub"')) fail('Userinfo', answer)
    },
  },
  {
    name: 'discovery + JWKS',
    needsTokens: false,
    target: 1.2,
    isOfferedBy: ({ paths }) => paths.discovery !== undefined,
    async run(lane) {
      const { discovery, jwks } = lane.service.paths
      const metadata = await lane.call('GET', `${discovery}`)
      if (!metadata.body.includes('"issuer"')) fail('Discovery', metadata)
      if (jwks === undefined) return
      const keys = await lane.call('GET', jwks)
      if (!keys.body.includes('"kty"')) fail('JWKS', keys)
    },
  },
]

/** The maximum time of a flow for one person, as a multiple of the ruler. */
export const aloneTarget = 1.5

/** A page for people: measured in floors, without the cost of its D1 round trips. */
export interface Page {
  readonly name: string
  show(lane: Lane): Promise<void>
}

/** The maximum cost of a page in floors, without its D1 round trips. */
export const pageTarget = 4

export const pages: readonly Page[] = [
  {
    name: 'sign-in form',
    async show(lane) {
      const page = await lane.call('GET', '/login', { Accept: 'text/html' })
      if (!page.body.includes('name="password"')) fail('The sign-in form', page)
    },
  },
  {
    name: 'consent',
    async show(lane) {
      const query = lane.query('v'.repeat(43), 'state', { prompt: 'consent' })
      const page = await lane.browse(`${lane.service.paths.authorize}?${query}`)
      if (!page.body.includes('name="decision"')) fail('The consent page', page)
    },
  },
  { name: 'applications list', show: (lane) => showHtml(lane, '/o/applications', 'Measured client') },
  { name: 'account', show: (lane) => showHtml(lane, '/account', '/account/passkeys') },
  { name: 'dashboard', show: (lane) => showHtml(lane, '/admin', '<svg') },
  { name: 'people list', show: (lane) => showHtml(lane, '/admin/users', 'ada8') },
]

/** @param part something of the page that only a complete one has */
async function showHtml(lane: Lane, path: string, part: string): Promise<void> {
  const page = await lane.browse(path)
  if (page.status !== 200 || !page.body.includes(part) || !page.body.includes('</html>')) fail(path, page)
}
