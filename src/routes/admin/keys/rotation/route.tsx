import { rotateNow } from '../../../../acts/server/rotate-keys.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import {
  isSigningAlgorithm,
  type KeyAlgorithm,
  keyAlgorithms,
  shortestLead,
} from '../../../../rules/server/signing-keys.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { Time } from '../../../../ui/facts.tsx'
import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import { Fill, fillText } from '../../../../ui/words/fill.tsx'

/**
 * /admin/keys/{alg}/rotation: POST creates and publishes the successor, which signs as soon as everybody can know it. A waiting
 * one is enough.
 */
export const { get, post } = asking({ ask, act })

function ask(c: Context<'admin'>, session: Session, shown: Shown) {
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
      problem={shown.problem}
    >
      <p>
        <Fill
          text={isSigningAlgorithm(alg) ? t.rotateFrom : t.rotateFromDecrypting}
          at={<Time at={now + shortestLead} exact />}
        />
      </p>
      <p>{isSigningAlgorithm(alg) ? t.rotateOld : t.rotateOldDecrypting}</p>
    </ConfirmPage>
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context, form: OwnForm): Promise<Response> {
  const alg = algorithmOf(c)
  const { config, paths } = c.var
  const done = alg !== undefined && (await rotateNow(doingOf(c, form), config.keyEncryptionSecret, alg))
  return done
    ? c.redirect(pathWith(paths.adminKeys, { saved: 'signing_key_made', key: alg }), 303)
    : showNothing(c, form.session)
}

function algorithmOf(c: Context): KeyAlgorithm | undefined {
  return keyAlgorithms.find((known) => known === c.req.param('alg'))
}
