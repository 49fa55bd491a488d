import { type Client, defaultClientOpenid } from '../src/rules/clients/client.ts'
import { randomText } from '../src/secrets/secret.ts'
import { addCompleteUser, Person } from './person.ts'
import { type Authentication, RelyingParty, type ResponseMode, type TokenSet } from './relying-party.ts'
import { addClient, type Registered, type Server, startServer } from './server.ts'

/** The constants of all modules of a plan. */
export interface Plan {
  readonly mode: ResponseMode
  readonly authentication: Authentication
}

export const usualPlan: Plan = { mode: 'query', authentication: 'client_secret_basic' }

/** A server, a client and a person for one module. */
export interface Cast {
  readonly server: Server
  readonly rp: RelyingParty
  readonly person: Person
}

/**
 * An older client: most modules send no code_challenge. Verified, since an unverified one gets errors only once somebody has
 * signed in, and each module has a new browser.
 */
export const olderClient: Partial<Client> = {
  openid: { ...defaultClientOpenid, pkceOptional: true },
  trust: 'verified',
}

export async function cast(plan: Plan = usualPlan, details: Partial<Client> = {}): Promise<Cast> {
  const server = startServer()
  const user = await addCompleteUser(`ada-${randomText(6)}`)
  const registered = await addClient(user, { ...olderClient, ...details })
  return { server, rp: relyingParty(plan, server, registered), person: new Person(server, user) }
}

export function relyingParty(plan: Plan, server: Server, registered: Registered): RelyingParty {
  return new RelyingParty(server, registered, plan.mode, plan.authentication)
}

/** Signs in for `scope`, all the way to the tokens. */
export async function signIn(
  { rp, person }: Cast,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<TokenSet> {
  return rp.tokens(rp.codeOf(await person.visit(rp.request(changes))))
}
