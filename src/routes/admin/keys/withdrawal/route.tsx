import { ensureSigningKeys } from '../../../../acts/server/rotate-keys.ts'
import { withdrawKey } from '../../../../acts/server/withdraw-key.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { forgetSigningKeys } from '../../../../http/tokens/signing.ts'
import { isSigningAlgorithm, usableKeys } from '../../../../rules/server/signing-keys.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import { Fill, fillText } from '../../../../ui/words/fill.tsx'

/** /admin/keys/{kid}/withdrawal: after POST everything that the key signed is invalid. */
export const { get, post } = asking({ ask, act })

async function ask(c: Context<'admin'>, session: Session, shown: Shown) {
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
      problem={shown.problem}
    >
      <p>
        <Fill text={t.withdrawWhat} kid={<code>{key.kid}</code>} />
      </p>
      {isSigningAlgorithm(key.alg) ? (
        <ul>
          <li>{t.withdrawHere}</li>
          <li>{t.withdrawElsewhere}</li>
          <li>{t.withdrawPeople}</li>
        </ul>
      ) : (
        <p>{t.withdrawDecrypting}</p>
      )}
    </ConfirmPage>
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context, form: OwnForm): Promise<Response> {
  const { config, paths } = c.var
  const done = await withdrawKey(doingOf(c, form), config.keyEncryptionSecret, kidOf(c))
  if (!done) return showNothing(c, form.session)
  forgetSigningKeys(c)
  return c.redirect(pathWith(paths.adminKeys, { saved: 'signing_key_withdrawn', key: kidOf(c) }), 303)
}

function kidOf(c: Context): string {
  return c.req.param('kid') ?? ''
}
