import { encode } from 'uqr'
import { setUpAuthenticator } from '../../../../acts/sign-in/own-authenticator.ts'
import { type Context, learn } from '../../../../http/context.ts'
import { showPage, showPageOr, siteFor } from '../../../../http/pages.tsx'
import { tellOfChange } from '../../../../http/people/mailer.ts'
import { asking, doingOf, type OwnForm, type Shown } from '../../../../http/sign-in/asking.ts'
import { bindingIn } from '../../../../http/sign-in/require-session.ts'
import { presentedSession } from '../../../../http/sign-in/session.ts'
import { parseNextPath } from '../../../../rules/sign-in/next-path.ts'
import { base32, keyUri, matchOneTimeCode } from '../../../../rules/sign-in/one-time-code.ts'
import { setupKey } from '../../../../secrets/authenticator-key.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hashSecret } from '../../../../secrets/secret.ts'
import { read } from '../../../../store/database.ts'
import { findAuthenticator } from '../../../../store/sign-in/authenticators.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { newCodesPage } from '../new-codes.tsx'
import { SetUpPage } from './page.tsx'

/**
 * /account/authenticator/set-up shows a new key, which is not stored before the form confirms it. POST takes code, next. Of two
 * at once, the first is stored.
 */
export const { get, post } = asking({ kept: ['next'], ask, act })

async function ask(c: Context<'account'>, session: Session, { typed, problem }: Shown): Promise<Response> {
  const next = parseNextPath(typed?.get('next') ?? c.req.query('next'))
  if (problem !== undefined) return show(c, session, makeAttempt(), next, problem)
  const { DB } = c.env
  const { authenticator } = await read(DB, { authenticator: findAuthenticator(DB, session.user.id) })
  return authenticator === undefined
    ? show(c, session, makeAttempt(), next)
    : c.redirect(next ?? c.var.paths.authenticator, 303)
}

async function act(c: Context<'account'>, form: OwnForm): Promise<Response> {
  const { session, attempt, pairs } = form
  const next = parseNextPath(pairs.get('next') ?? '')
  const random = pairs.get('attempt') ?? ''
  const { keyRing, keyEncryptionSecret } = c.var.config
  // The page may have shown a key derived from a secret that was replaced since.
  const [confirmed] = keyRing.flatMap((secret) => {
    const key = setupKey(secret, random, session.user.id)
    const step = matchOneTimeCode(key, pairs.get('code') ?? '', c.var.now)
    return step === undefined ? [] : [{ key, step }]
  })
  if (confirmed === undefined) {
    const { wrong } = siteFor(c, session).texts.account.authenticator
    return show(c, session, random, next, wrong)
  }
  const presented = presentedSession(c)
  const made = {
    ...confirmed,
    binding: bindingIn(c, session),
    session: presented && hashSecret(presented),
    amr: session.amr,
  }
  const { codes } = await setUpAuthenticator(doingOf(c, form), keyEncryptionSecret, attempt, made)
  tellOfChange(c, session.user, attempt.id)
  const shown = { as: 'done', next: next ?? c.var.paths.authenticator } as const
  return showPageOr(c, newCodesPage(siteFor(c, session), attempt, codes, shown, c.var.now), shown.next)
}

function show(
  c: Context<'account'>,
  session: Session,
  random: string,
  next: string | undefined,
  problem?: string,
) {
  if (next !== undefined) learn(c, { surface: 'flow' })
  const key = setupKey(c.var.config.keyEncryptionSecret, random, session.user.id)
  const uri = keyUri(`${c.var.config.brand.name} ${new URL(c.var.issuer).host}`, session.user.username, key)
  const page = (
    <SetUpPage
      site={siteFor(c, session)}
      attempt={random}
      next={next}
      modules={encode(uri, { border: 2 }).data}
      uri={uri}
      typed={base32(key).replaceAll(/.{4}(?=.)/g, '$& ')}
      problems={problem === undefined ? [] : [{ field: 'code', text: problem }]}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}
