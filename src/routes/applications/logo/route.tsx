import { saveLogo } from '../../../acts/clients/edit.ts'
import { findRoomProblem } from '../../../acts/clients/find-room.ts'
import { findManaged } from '../../../http/clients/managed.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { staleForm } from '../../../http/own-form.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { say } from '../../../http/problems.ts'
import { doingOf } from '../../../http/sign-in/asking.ts'
import { requireSession, showNothing } from '../../../http/sign-in/require-session.ts'
import { readUpload } from '../../../http/upload.ts'
import { makeAttempt } from '../../../secrets/form-key.ts'
import type { OwnedClient } from '../../../store/clients/clients.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { largestLogo, logoTooLarge, parseLogo } from '../../../values/picture.ts'
import { LogoPage } from './page.tsx'

/** GET …/logo */
export async function get(c: Context<'applications'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const owned = await findManaged(c, session)
  return owned === undefined ? showNothing(c, session) : show(c, session, owned)
}

/** POST …/logo: the file `logo`, or `remove`. */
export async function post(c: Context<'applications' | 'problems'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { pairs, attempt, file } = await readUpload(c, session, 'logo', largestLogo)
  const owned = await findManaged(c, session)
  if (owned === undefined) return showNothing(c, session)
  const parsed = pairs.has('remove') ? undefined : parseLogo(file?.bytes ?? new Uint8Array())
  if (pairs.size === 0) return show(c, session, owned, say(c, logoTooLarge))
  if (attempt === undefined) return show(c, session, owned, staleForm(c))
  if (parsed !== undefined && 'problem' in parsed) return show(c, session, owned, say(c, parsed.problem))

  const { DB } = c.env
  const { config } = c.var
  // The stored size, in base64.
  const logoBytes = parsed === undefined ? 0 : Math.ceil(((file?.bytes.byteLength ?? 0) * 4) / 3)
  const wanted = { client: owned.client, logoBytes, isNew: false }
  const problem = parsed && (await findRoomProblem(DB, config.quotas, session.user.role, wanted))
  if (problem !== undefined) return show(c, session, owned, say(c, problem))
  const { id } = owned.client
  const logo = file && parsed && { type: parsed.type, bytes: file.bytes }
  return (await saveLogo(doingOf(c, { session, attempt }), id, file?.hash ?? '', logo))
    ? c.redirect(pathWith(c.var.paths.applicationSettings(id), { saved: 'logo' }), 303)
    : showNothing(c, session)
}

function show(c: Context<'applications'>, session: Session, { client, logo }: OwnedClient, problem?: string) {
  const page = (
    <LogoPage
      site={siteFor(c, session)}
      client={client}
      logo={logo}
      attempt={makeAttempt()}
      problems={problem === undefined ? [] : [{ field: 'logo', text: problem }]}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}
