import type { Context } from '../../../../http/context.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { receiveForm, requireSession } from '../../../../http/sign-in/require-session.ts'
import { idOfSecret } from '../../../../secrets/derived-keys.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hashRecoveryCode, recoveryCodesFrom } from '../../../../secrets/recovery-codes.ts'
import { insertAuditEvent } from '../../../../store/audit-events.ts'
import { read, write } from '../../../../store/database.ts'
import { findAuthenticator, hasAuthenticator } from '../../../../store/sign-in/authenticators.ts'
import { findRecoveryCodes, replaceRecoveryCodes } from '../../../../store/sign-in/recovery-codes.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { answerWithCodes } from '../answer.tsx'
import { RecoveryCodesPage } from './page.tsx'

/** GET /account/authenticator/recovery-codes asks first. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session)
}

/** POST /account/authenticator/recovery-codes: ten new ones, and the old ones are dead. */
export async function post(c: Context): Promise<Response> {
  const received = await receiveForm(c)
  if (received instanceof Response) return received
  const { session, attempt } = received
  if (attempt === undefined) return ask(c, session, staleForm(c))

  const { DB } = c.env
  const { now, reference, config } = c.var
  const userId = session.user.id
  const hashes = recoveryCodesFrom(attempt.newSeed).map((code) =>
    hashRecoveryCode(config.keyEncryptionSecret, userId, code),
  )
  const event = { id: attempt.id, type: 'recovery_codes_replaced', reference, userId } as const
  const { codes } = await write(
    DB,
    [
      ...replaceRecoveryCodes(
        DB,
        { userId, hashes, secretId: idOfSecret(config.keyEncryptionSecret), attemptId: attempt.id },
        now,
      ),
      insertAuditEvent(DB, event, now, hasAuthenticator(userId)),
    ],
    { codes: findRecoveryCodes(DB, userId) },
  )
  return answerWithCodes(c, session, attempt, codes, 'renewed')
}

async function ask(c: Context, session: Session, problem?: string): Promise<Response> {
  const { DB } = c.env
  const { authenticator, codes } = await read(DB, {
    authenticator: findAuthenticator(DB, session.user.id),
    codes: findRecoveryCodes(DB, session.user.id),
  })
  if (authenticator === undefined) return c.redirect(c.var.paths.authenticator, 303)
  const site = siteFor(c, session)
  const page = <RecoveryCodesPage site={site} left={codes.left} attempt={makeAttempt()} problem={problem} />
  return showPage(c, page, problem === undefined ? 200 : 400)
}
