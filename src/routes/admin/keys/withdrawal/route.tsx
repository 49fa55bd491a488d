import { ensureSigningKeys } from '../../../../acts/server/rotate-keys.ts'
import { withdrawKey } from '../../../../acts/server/withdraw-key.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { receiveForm, requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { forgetSigningKeys } from '../../../../http/tokens/signing.ts'
import { usableKeys } from '../../../../rules/server/signing-keys.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import { Fill, fillText } from '../../../../ui/words/fill.tsx'
import { actOf } from '../../form.ts'

/** GET /admin/keys/{kid}/withdrawal asks. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session)
}

/** POST: nothing that the key signed is good any more. */
export async function post(c: Context): Promise<Response> {
  const form = await receiveForm(c)
  if (form instanceof Response) return form
  const { session, attempt } = form
  if (attempt === undefined) return ask(c, session, staleForm(c))
  const { now, reference, config, paths } = c.var
  const act = actOf(session, attempt)
  const withdrawn = await withdrawKey(c.env.DB, config.keyEncryptionSecret, act, kidOf(c), reference, now)
  if (!withdrawn) return showNothing(c, session)
  forgetSigningKeys(c)
  return c.redirect(pathWith(paths.adminKeys, { saved: '' }), 303)
}

async function ask(c: Context, session: Session, problem?: string) {
  const { paths, now, config } = c.var
  const keys = await ensureSigningKeys(c.env.DB, config.keyEncryptionSecret, now)
  const key = usableKeys(keys).find(({ kid }) => kid === kidOf(c))
  if (key === undefined) return showNothing(c, session)
  const site = siteFor(c, session)
  const t = site.texts.admin.keys
  const page = (
    <ConfirmPage
      site={site}
      title={fillText(t.withdrawTitle, { alg: key.alg })}
      action={paths.withdrawKey(key.kid)}
      back={paths.adminKeys}
      submit={t.withdraw}
      attempt={makeAttempt()}
      problem={problem}
    >
      <p>
        <Fill text={t.withdrawWhat} kid={<code>{key.kid}</code>} />
      </p>
      <ul>
        <li>{t.withdrawHere}</li>
        <li>{t.withdrawElsewhere}</li>
        <li>{t.withdrawPeople}</li>
      </ul>
    </ConfirmPage>
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}

function kidOf(c: Context): string {
  return c.req.param('kid') ?? ''
}
