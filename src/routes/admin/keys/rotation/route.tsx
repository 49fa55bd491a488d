import { rotateNow } from '../../../../acts/server/rotate-keys.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { receiveForm, requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import {
  type SigningAlgorithm,
  shortestLead,
  signingAlgorithms,
} from '../../../../rules/server/signing-keys.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { Time } from '../../../../ui/facts.tsx'
import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import { Fill, fillText } from '../../../../ui/words/fill.tsx'
import { actOf } from '../../form.ts'

/** GET /admin/keys/{alg}/rotation asks. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session)
}

/** POST: the successor is made and published now, and signs as soon as everybody can know it. One that waits is enough. */
export async function post(c: Context): Promise<Response> {
  const form = await receiveForm(c)
  if (form instanceof Response) return form
  const { session, attempt } = form
  const alg = algorithmOf(c)
  if (attempt === undefined || alg === undefined) return ask(c, session, staleForm(c))
  const { DB } = c.env
  const { now, reference, config, paths } = c.var
  const act = actOf(session, attempt)
  const rotated = await rotateNow(DB, config.keyEncryptionSecret, act, alg, reference, now)
  return rotated ? c.redirect(pathWith(paths.adminKeys, { saved: '' }), 303) : showNothing(c, session)
}

function ask(c: Context, session: Session, problem?: string) {
  const alg = algorithmOf(c)
  if (alg === undefined) return showNothing(c, session)
  const { paths, now } = c.var
  const site = siteFor(c, session)
  const t = site.texts.admin.keys
  const page = (
    <ConfirmPage
      site={site}
      title={fillText(t.rotateTitle, { alg })}
      action={paths.rotateKey(alg)}
      back={paths.adminKeys}
      submit={t.rotate}
      mild
      attempt={makeAttempt()}
      problem={problem}
    >
      <p>
        <Fill text={t.rotateFrom} at={<Time at={now + shortestLead} exact />} />
      </p>
      <p>{t.rotateOld}</p>
    </ConfirmPage>
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}

function algorithmOf(c: Context): SigningAlgorithm | undefined {
  return signingAlgorithms.find((known) => known === c.req.param('alg'))
}
