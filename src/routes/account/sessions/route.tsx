import { signOutElsewhere } from '../../../acts/sign-in/own-sessions.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { pageSize, placeOn, readList } from '../../../http/list-page.ts'
import { deliverLogoutsSoon } from '../../../http/openid/deliver-soon.ts'
import { signedOutPath } from '../../../http/openid/provider-way-out.ts'
import { staleForm } from '../../../http/own-form.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { doingOf } from '../../../http/sign-in/asking.ts'
import { readForViewer, receiveForm, showNothing } from '../../../http/sign-in/require-session.ts'
import { presentedSession } from '../../../http/sign-in/session.ts'
import { signOut } from '../../../http/sign-in/sign-out.tsx'
import { makeAttempt } from '../../../secrets/form-key.ts'
import { hashSecret } from '../../../secrets/secret.ts'
import { listSessionsOn } from '../../../store/sign-in/own-sessions.ts'
import { SessionsPage } from './page.tsx'

/** GET /account/sessions */
export function get(c: Context<'account'>): Promise<Response> {
  return show(c, undefined)
}

/** POST /account/sessions: `end` is one or more of the sessions, or `others`. Applications are notified. */
export async function post(c: Context<'account'>): Promise<Response> {
  const received = await receiveForm(c)
  if (received instanceof Response) return received
  const { session, pairs, attempt } = received
  if (attempt === undefined) return show(c, staleForm(c))
  const asked = (pairs.get('end') ?? '').slice(0, 3000)
  if (asked === session.sid) return signOut(c, session, signedOutPath(c, session))

  const presented = presentedSession(c)
  const ended =
    asked === 'others' && presented !== undefined
      ? { allBut: hashSecret(presented) }
      : {
          sids: asked
            .split(' ')
            .filter((sid) => sid !== session.sid)
            .slice(0, pageSize),
        }
  const isDone = await signOutElsewhere(doingOf(c, { session, attempt }), ended, c.var.issuer)
  if (!isDone) return showNothing(c, session)
  deliverLogoutsSoon(c)
  return c.redirect(pathWith(c.var.paths.accountSessions, { done: '' }), 303)
}

async function show(c: Context<'account'>, problem: string | undefined): Promise<Response> {
  const { now, config } = c.var
  const { asked, chosen } = readList(c, ['seen'])
  const answer = await readForViewer(c, (DB, viewer) => ({
    sessions: listSessionsOn(DB, viewer, config.lifetimes, now, chosen),
  }))
  if (answer instanceof Response) return answer
  const { session, found } = answer
  const page = (
    <SessionsPage
      site={siteFor(c, session)}
      place={placeOn(c.var.paths.accountSessions, asked, found.sessions)}
      sessions={found.sessions.items}
      current={session.sid}
      attempt={makeAttempt()}
      done={c.req.query('done') !== undefined}
      problem={problem}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}
