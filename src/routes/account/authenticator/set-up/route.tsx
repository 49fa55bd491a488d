import { encode } from 'uqr'
import { type Context, learn } from '../../../../http/context.ts'
import { keptField } from '../../../../http/kept-fields.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { tellOfChange } from '../../../../http/people/mailer.ts'
import { bindingIn, receiveForm, requireSession } from '../../../../http/sign-in/require-session.ts'
import { presentedSession } from '../../../../http/sign-in/session.ts'
import { parseNextPath } from '../../../../rules/sign-in/next-path.ts'
import { base32, keyUri, matchOneTimeCode } from '../../../../rules/sign-in/one-time-code.ts'
import { sealAuthenticatorKey, setupKey } from '../../../../secrets/authenticator-key.ts'
import { idOfSecret } from '../../../../secrets/derived-keys.ts'
import { type Attempt, makeAttempt } from '../../../../secrets/form-key.ts'
import { hashRecoveryCode, recoveryCodesFrom } from '../../../../secrets/recovery-codes.ts'
import { hashSecret } from '../../../../secrets/secret.ts'
import { insertAuditEvent } from '../../../../store/audit-events.ts'
import { read, write } from '../../../../store/database.ts'
import { findAuthenticator, insertAuthenticator, madeBy } from '../../../../store/sign-in/authenticators.ts'
import { findRecoveryCodes, insertRecoveryCodes } from '../../../../store/sign-in/recovery-codes.ts'
import { addFactor, type Session } from '../../../../store/sign-in/sessions.ts'
import { answerWithCodes } from '../answer.tsx'
import { SetUpPage } from './page.tsx'

/** GET /account/authenticator/set-up shows a new key. It is not stored before the form confirms it. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const next = parseNextPath(keptField(c, session, 'next') ?? c.req.query('next'))
  const { DB } = c.env
  const { authenticator } = await read(DB, { authenticator: findAuthenticator(DB, session.user.id) })
  return authenticator === undefined
    ? ask(c, session, makeAttempt(), next)
    : c.redirect(next ?? c.var.paths.authenticator, 303)
}

/** POST /account/authenticator/set-up: code, next. Of two at once, the first has it. */
export async function post(c: Context): Promise<Response> {
  const received = await receiveForm(c, ['next'])
  if (received instanceof Response) return received
  const { session, attempt, pairs } = received
  const next = parseNextPath(pairs.get('next') ?? '')
  if (attempt === undefined) return ask(c, session, makeAttempt(), next, staleForm(c))
  const random = pairs.get('attempt') ?? ''
  // The page may have shown the key of a secret that was replaced since.
  const [confirmed] = c.var.config.keyRing.flatMap((secret) => {
    const key = setupKey(secret, random, session.user.id)
    const step = matchOneTimeCode(key, pairs.get('code') ?? '', c.var.now)
    return step === undefined ? [] : [{ key, step, next }]
  })
  if (confirmed === undefined) {
    const { wrong } = siteFor(c, session).texts.account.authenticator
    return ask(c, session, random, next, wrong)
  }
  return setUp(c, session, attempt, confirmed)
}

interface Confirmed {
  readonly key: Uint8Array
  readonly step: number
  /** Where they were on the way to. */
  readonly next: string | undefined
}

async function setUp(c: Context, session: Session, attempt: Attempt, { key, step, next }: Confirmed) {
  const { DB } = c.env
  const { now, reference, config } = c.var
  const secret = config.keyEncryptionSecret
  const userId = session.user.id
  const attemptId = attempt.id
  const sealedKey = await sealAuthenticatorKey(secret, userId, key)
  const hashes = recoveryCodesFrom(attempt.newSeed).map((code) => hashRecoveryCode(secret, userId, code))
  const mine = madeBy(userId, attemptId)
  const presented = presentedSession(c)
  const event = { id: attemptId, type: 'authenticator_added', reference, userId } as const
  const { codes } = await write(
    DB,
    [
      insertAuthenticator(DB, { userId, sealedKey, step, attemptId }, bindingIn(c, session), now),
      insertRecoveryCodes(DB, { userId, hashes, secretId: idOfSecret(secret), attemptId }, now),
      ...(presented === undefined ? [] : [addFactor(DB, hashSecret(presented), session.amr, mine)]),
      insertAuditEvent(DB, event, now, mine),
    ],
    { codes: findRecoveryCodes(DB, userId) },
  )
  tellOfChange(c, session.user)
  return answerWithCodes(c, session, attempt, codes, 'done', next)
}

function ask(c: Context, session: Session, random: string, next: string | undefined, problem?: string) {
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
