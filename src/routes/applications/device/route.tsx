import { encode } from 'uqr'
import { type StartedDevice, startDevice } from '../../../acts/requests/start-device.ts'
import { findManaged } from '../../../http/clients/managed.ts'
import type { Context } from '../../../http/context.ts'
import { staleForm } from '../../../http/own-form.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { deviceIn } from '../../../http/requests/device.ts'
import { receiveForm, requireSession, showNothing } from '../../../http/sign-in/require-session.ts'
import { type Client, isRegisteredFor } from '../../../rules/clients/client.ts'
import { isRefusal } from '../../../rules/refusal.ts'
import { grantable } from '../../../rules/requests/granted.ts'
import { makeAttempt } from '../../../secrets/form-key.ts'
import { read } from '../../../store/database.ts'
import { type Act, mayChange } from '../../../store/guards.ts'
import { findScopes } from '../../../store/requests/known-scopes.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { CodePage, StartPage } from './page.tsx'

/** GET /o/applications/{client_id}/device offers to act as a device of this application. */
export async function get(c: Context<'applications' | 'start'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const client = await findDeviceClient(c, session)
  return client === undefined ? showNothing(c, session) : offer(c, session, client)
}

/** POST: only this answer shows the codes, and it must not be stored. */
export async function post(c: Context<'applications' | 'start'>): Promise<Response> {
  const received = await receiveForm(c)
  if (received instanceof Response) return received
  const { session, attempt } = received
  const client = await findDeviceClient(c, session)
  if (client === undefined) return showNothing(c, session)
  if (attempt === undefined) return offer(c, session, client, staleForm(c))
  const started = await start(c, client, { actorId: session.user.id, attemptId: attempt.id })
  if (started === undefined)
    return offer(c, session, client, siteFor(c, session).texts.applications.next.deviceFailed)
  const { issuer, paths } = c.var
  const link = `${issuer}${paths.device}?user_code=${started.userCode}`
  const { data } = encode(link)
  return showPage(
    c,
    <CodePage site={siteFor(c, session)} client={client} {...started} link={link} modules={data} />,
  )
}

async function findDeviceClient(c: Context, session: Session): Promise<Client | undefined> {
  const owned = await findManaged(c, session)
  return owned !== undefined && isRegisteredFor(owned.client, 'device-code') ? owned.client : undefined
}

/** The full scope of the application, as in the other ways to try it. */
async function start(c: Context, client: Client, act: Act): Promise<StartedDevice | undefined> {
  const { DB } = c.env
  const { known } = await read(DB, { known: findScopes(DB, client.policy.scope) })
  const asked = { scope: client.policy.scope, resources: [] }
  const granted = grantable(asked, client, { scopes: known, resources: [] }, c.var)
  if (isRefusal(granted)) return undefined
  const { now, config } = c.var
  const device = {
    client,
    scope: granted.scope,
    resources: granted.resources,
    details: [],
    ...deviceIn(c),
    secret: config.keyEncryptionSecret,
    allowed: mayChange(act, client.id),
  }
  return startDevice(DB, device, now)
}

function offer(c: Context<'applications' | 'start'>, session: Session, client: Client, problem?: string) {
  const page = (
    <StartPage site={siteFor(c, session)} client={client} attempt={makeAttempt()} problem={problem} />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}
