import { amrOf, type Proof } from '../../rules/sign-in/proof.ts'
import type { KnownTo } from '../../secrets/known-browser.ts'
import { hashSecret, makeSecret, randomText } from '../../secrets/secret.ts'
import { noteEvent } from '../../store/audit-events.ts'
import { type Answers, type Queries, type Write, write } from '../../store/database.ts'
import { keepIdToken } from '../../store/openid/kept-id-tokens.ts'
import { keepLanguage } from '../../store/people/languages.ts'
import { noteAccountUse } from '../../store/people/unused-sign-ups.ts'
import { endOldestSessions, endSession, insertSession, isSession } from '../../store/sign-in/sessions.ts'
import type { Secret } from '../../values/secret.ts'
import type { Context } from '../context.ts'
import { languageChoice } from '../language.ts'
import { deliverLogoutsSoon } from '../openid/deliver-soon.ts'
import { keepCookie } from './cookies.ts'
import { rememberBrowser } from './known-browser.ts'
import { presentedSession, setSessionCookie } from './session.ts'

/** The person who signs in, and their proof. The password hash is the current one when the proof was checked. */
export interface SignIn extends KnownTo {
  readonly proof: Proof
}

/**
 * Signs a person in: the only way to a session. `writes`: other effects of the proof, before it in the same batch, and
 * `readBack` after it. Nobody is signed in when the password has changed by then, or the passkey was removed. Each session that
 * starts is recorded, also the first one of a new account. If another person was signed in in this browser, that session ends
 * and its applications are notified.
 */
export async function signIn<Q extends Queries>(
  c: Context,
  { userId, passwordHash, proof }: SignIn,
  writes: readonly Write[],
  readBack: Q,
): Promise<Answers<Q>> {
  const { DB } = c.env
  const { now, reference } = c.var
  const detail = detailOf(c, proof)
  const event = { id: randomText(16), type: 'sign_in', reference, userId, detail } as const
  const id = makeSecret('session')
  const started = startSession(c, id, { userId, passwordHash, proof })
  const noted = noteEvent(DB, event, now, isSession(hashSecret(id)))
  const answers = await write(DB, [...writes, ...started, ...noted], readBack)
  if (presentedSession(c) !== undefined) deliverLogoutsSoon(c)
  return answers
}

/**
 * A new session id at every sign-in (OWASP ASVS 5 §7.2.4). The previous one ends, and from now on the account knows this
 * browser. The cookies are for the browser, the writes for the batch.
 */
function startSession(
  c: Context,
  id: Secret<'session'>,
  { userId, passwordHash, proof }: SignIn,
): readonly Write[] {
  const { DB } = c.env
  const { config, now, issuer } = c.var
  const presented = presentedSession(c)
  const earlier = presented && hashSecret(presented)
  setSessionCookie(c, id)
  // Names no person: the button is marked in this browser.
  if (proof.by === 'provider') keepCookie(c, 'last-provider', proof.at.connectionId, 400 * 86_400)
  rememberBrowser(c, { userId, passwordHash })
  const at = proof.by === 'provider' ? proof.at : undefined
  const session = {
    id: hashSecret(id),
    userId,
    amr: amrOf(proof),
    sid: randomText(12),
    earlier,
    userAgent: userAgentOf(c),
    passwordHash,
    passkeyId: proof.by === 'passkey' ? proof.passkeyId : undefined,
    at,
  }
  return [
    insertSession(DB, session, config.lifetimes, now),
    ...(at?.idToken === undefined ? [] : [keepIdToken(DB, session.id, at.idToken)]),
    noteAccountUse(DB, userId, now),
    ...(earlier === undefined ? [] : endSession(DB, earlier, issuer, now, userId)),
    ...endOldestSessions(DB, userId, session.id, config.quotas.sessions, issuer, now),
    keepLanguage(DB, userId, session.id, languageChoice(c)),
  ]
}

/** The browser, and the connection by which they came. */
function detailOf(c: Context, proof: Proof): string | undefined {
  const browser = userAgentOf(c)
  return proof.by === 'provider' ? `${browser ?? ''} (with ${proof.at.connectionId})`.trim() : browser
}

/** The browser's User-Agent, shortened. */
function userAgentOf(c: Context): string | undefined {
  return c.req.header('user-agent')?.slice(0, 300)
}
