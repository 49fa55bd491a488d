import { endDeviceOfUser, endSessionsOfUser } from '../../../../acts/people/standing.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { deliverLogoutsSoon } from '../../../../http/openid/deliver-soon.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { userIdOf } from '../../../../http/people/path-user.ts'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { mayEndOf } from '../../../../rules/people/role.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { type Query, read } from '../../../../store/database.ts'
import { findUser } from '../../../../store/people/users.ts'
import { type ListedSession, listSessions } from '../../../../store/sign-in/own-sessions.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import { Fill, fillText } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'
import { deviceName } from '../../../../values/device-name.ts'

/**
 * /admin/users/{id}/sessions: POST signs them out of every browser, or ends the sessions in `end`, of one device. Applications
 * are notified.
 */
export const { get, post } = asking({ kept: ['end'], ask, act })

/** Number of sessions that are ended by name: those that the page of the person reads. */
const mostNamed = 100

async function ask(c: Context<'account' | 'admin'>, session: Session, shown: Shown): Promise<Response> {
  const sids = sidsIn(shown.typed ?? new URL(c.req.url).searchParams)
  const { user, live } = await read(c.env.DB, {
    user: findUser(c.env.DB, userIdOf(c)),
    live: sessionsOf(c),
  })
  const found = live.filter(({ sid }) => sids?.includes(sid))
  if (user === undefined || !mayEndOf(session.user.role, user.role)) return showNothing(c, session)
  if (sids !== undefined && found.length === 0) return showNothing(c, session)
  const { paths } = c.var
  const site = siteFor(c, session)
  const t = site.texts.admin.user
  const own = site.texts.account.sessions
  const device = deviceName(found[0]?.userAgent, c.var.messages.devices)
  const page = (
    <ConfirmPage
      site={site}
      title={sids === undefined ? t.endSessions : fillText(own.signOutOf, { device })}
      action={paths.endUserSessions(user.id)}
      back={paths.adminUser(user.id)}
      submit={sids === undefined ? t.endThem : own.signOut}
      hidden={sids === undefined ? {} : { end: found.map(({ sid }) => sid).join(' ') }}
      attempt={makeAttempt()}
      problem={shown.problem}
    >
      <p>
        <Fill
          text={sids === undefined ? t.endSessionsText : t.endDeviceText}
          user={<Name>{user.username}</Name>}
        />
      </p>
    </ConfirmPage>
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context, form: OwnForm): Promise<Response> {
  const { issuer, paths } = c.var
  const userId = userIdOf(c)
  const sids = sidsIn(form.pairs)
  const done =
    sids === undefined
      ? await endSessionsOfUser(doingOf(c, form), userId, issuer)
      : await endDevice(c, form, userId, sids)
  if (!done) return showNothing(c, form.session)
  deliverLogoutsSoon(c)
  const saved = sids === undefined ? 'user_sessions_ended' : 'user_device_ended'
  return c.redirect(pathWith(paths.adminUser(userId), { saved }), 303)
}

async function endDevice(c: Context, form: OwnForm, id: string, sids: readonly string[]): Promise<boolean> {
  const { live } = await read(c.env.DB, { live: sessionsOf(c) })
  const named = live.find(({ sid }) => sids.includes(sid))
  return endDeviceOfUser(doingOf(c, form), { id, sids }, named?.userAgent, c.var.issuer)
}

/** The live sessions of the person in the path. */
function sessionsOf(c: Context): Query<readonly ListedSession[]> {
  const { config, now } = c.var
  return listSessions(c.env.DB, { userId: userIdOf(c) }, config.lifetimes, now, mostNamed)
}

/** Undefined: all sessions are meant. */
function sidsIn(sent: URLSearchParams): readonly string[] | undefined {
  const asked = sent.get('end')?.slice(0, 3000)
  return asked?.split(' ').slice(0, mostNamed)
}
