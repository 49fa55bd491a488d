import { saltFor } from '../../acts/server/kept-keys.ts'
import { frameProblem } from '../../rules/callable-url.ts'
import { sectorFor, sessionIdIn } from '../../rules/openid/subject.ts'
import { hashSecret, randomText } from '../../secrets/secret.ts'
import { noteEvent } from '../../store/audit-events.ts'
import { read, write } from '../../store/database.ts'
import { type FrontchannelLogout, listFrontchannelLogouts } from '../../store/openid/frontchannel-logouts.ts'
import { findIdToken } from '../../store/openid/kept-id-tokens.ts'
import { endSession, type Session } from '../../store/sign-in/sessions.ts'
import { SigningOutPage } from '../../ui/signing-out-page.tsx'
import type { Context } from '../context.ts'
import { pagePolicy } from '../headers.ts'
import { deliverLogoutsSoon } from '../openid/deliver-soon.ts'
import { carryIdToken, signedOutPath } from '../openid/provider-way-out.ts'
import { showPage, siteFor } from '../pages.tsx'
import { forgetSessionCookie, presentedSession } from './session.ts'

/**
 * Ends the session of this browser, everywhere: the row, the cookie, and the applications used in it. Then redirects to
 * `destination`. Applications are notified in the background; those with front-channel logout get a frame each.
 */
export async function signOut(
  c: Context,
  session: Session | undefined,
  destination: string,
): Promise<Response> {
  const presented = presentedSession(c)
  // A form on another site is sent without the cookie: its answer must not remove the cookie either.
  if (presented === undefined) return c.redirect(destination, 303)
  forgetSessionCookie(c)
  const { DB } = c.env
  const { now, reference, issuer } = c.var
  const id = hashSecret(presented)
  const { frames, idToken } = await read(DB, {
    frames: listFrontchannelLogouts(DB, id),
    idToken: findIdToken(DB, id),
  })
  carryIdToken(c, destination === signedOutPath(c, session) ? idToken : '')
  const event = { id: randomText(16), type: 'sign_out', reference, userId: session?.user.id } as const
  await write(DB, [...endSession(DB, id, issuer, now), ...noteEvent(DB, event, now)], {})
  // The scheduled handler delivers failed notices.
  deliverLogoutsSoon(c)
  const sources = (await Promise.all(frames.map((logout) => frameSource(c, logout)))).flatMap(
    (one) => one ?? [],
  )
  if (sources.length === 0) return c.redirect(destination, 303)

  const origins = [...new Set(sources.map((source) => new URL(source).origin))]
  c.header('Content-Security-Policy', [...pagePolicy, `frame-src ${origins.join(' ')}`].join('; '))
  // Continues by itself, without a script, once the frames had their time.
  c.header('Refresh', `2; url=${destination}`)
  return showPage(
    c,
    <SigningOutPage site={siteFor(c, undefined)} frames={sources} destination={destination} />,
  )
}

/** OIDC Front-Channel Logout §3: `iss` and `sid` are added to the URI's own query. */
async function frameSource(
  c: Context,
  { client, sid, sector = sectorFor(client) }: FrontchannelLogout,
): Promise<string | undefined> {
  const uri = client.openid.frontchannelLogoutUri
  // A URI that was saved before the rule, too: then it is not loaded.
  if (uri === undefined || frameProblem(uri, c.var.issuer) !== undefined) return undefined
  const salt = await saltFor(c.env.DB, c.var.config.keyRing, sector)
  const parameters = new URLSearchParams({ iss: c.var.issuer, sid: sessionIdIn(sector, sid, salt) })
  return `${uri}${uri.includes('?') ? '&' : '?'}${parameters}`
}
