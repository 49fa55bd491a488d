import { unlinkOwnIdentity } from '../../../../acts/sign-in/unlink-identity.ts'
import type { Context } from '../../../../http/context.ts'
import { deliverLogoutsSoon } from '../../../../http/openid/deliver-soon.ts'
import { refusePage, showPage, siteFor } from '../../../../http/pages.tsx'
import { tellOfChange } from '../../../../http/people/mailer.ts'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { identityKey, identityOf } from '../../../../http/sign-in/path-identity.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { presentedSession } from '../../../../http/sign-in/session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hashSecret } from '../../../../secrets/secret.ts'
import { holds, read } from '../../../../store/database.ts'
import { isNotLastWay } from '../../../../store/sign-in/factors.ts'
import { findOwnIdentity } from '../../../../store/sign-in/identities.ts'
import { findElsewhere } from '../../../../store/sign-in/realms.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { Fill } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'
import { RemoveIdentityPage } from './page.tsx'

/** /account/identities/{identity}/remove. Sent twice, the second POST finds nothing more to do. */
export const { get, post } = asking({ ask, act })

async function ask(c: Context<'account'>, session: Session, shown: Shown): Promise<Response> {
  const { DB } = c.env
  const { identity, mayGo } = await read(DB, {
    identity: ownIdentity(c, session),
    mayGo: holds(DB, isNotLastWay(session.user.id, identityOf(c))),
  })
  if (identity === undefined) return showNothing(c, session)
  if (!mayGo) return refuseLast(c, session)
  const page = (
    <RemoveIdentityPage
      site={siteFor(c, session)}
      identity={{ ...identity, key: identityKey(identity) }}
      attempt={makeAttempt()}
      problem={shown.problem}
    />
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context<'account'>, form: OwnForm): Promise<Response> {
  const { session } = form
  const { paths, issuer } = c.var
  const { identity } = await read(c.env.DB, { identity: ownIdentity(c, session) })
  const current = presentedSession(c)
  // Sent again after a lost answer, this form may have removed it.
  if (identity === undefined) tellOfChange(c, session.user, form.attempt.id)
  if (identity === undefined || current === undefined) return c.redirect(paths.identities, 303)
  const isDone = await unlinkOwnIdentity(doingOf(c, form), identity, hashSecret(current), issuer)
  if (!isDone) return refuseLast(c, session)
  deliverLogoutsSoon(c)
  tellOfChange(c, session.user, form.attempt.id)
  return c.redirect(paths.identities, 303)
}

function ownIdentity(c: Context, { user }: Session) {
  return findOwnIdentity(c.env.DB, user.id, identityOf(c))
}

async function refuseLast(c: Context<'account'>, session: Session): Promise<Response> {
  const { paths, texts } = siteFor(c, session)
  const { identities: t, home, passkeys } = texts.account
  const { elsewhere } = await read(c.env.DB, { elsewhere: findElsewhere(c.env.DB, session.user.id) })
  if (elsewhere !== undefined)
    return refusePage(
      c,
      session,
      403,
      t.last,
      <Fill text={t.lastCompanyText} provider={<Name>{elsewhere.name}</Name>} />,
    )
  const ways = (
    <ul>
      <li>
        <a href={paths.accountPassword}>{home.password}</a>
      </li>
      <li>
        <a href={paths.newPasskey}>{passkeys.add}</a>
      </li>
    </ul>
  )
  return refusePage(c, session, 403, t.last, t.lastText, { detail: ways })
}
