import { CopyField, copyScript } from '../../../../ui/forms/copy.tsx'
import { Field, type Problem, ProblemSummary } from '../../../../ui/forms/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../../ui/layout.tsx'
import { QrCode } from '../../../../ui/qr-code.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill } from '../../../../ui/words/fill.tsx'

export interface SetUpPageProps {
  readonly site: Site<'account'>
  readonly attempt: string
  readonly next: string | undefined
  /** For the camera. */
  readonly modules: readonly (readonly boolean[])[]
  /** The link in the QR code: on the phone itself it opens the app. */
  readonly uri: string
  /** The same for typing, in groups of four. */
  readonly typed: string
  readonly problems: readonly Problem[]
}

export function SetUpPage({ site, attempt, next, modules, uri, typed, problems }: SetUpPageProps) {
  const t = site.texts.account.authenticator
  return (
    <Layout
      site={site}
      title={problems.length === 0 ? t.setUp : `${site.messages.error}: ${t.setUp}`}
      width="narrow"
      scripts={[copyScript]}
    >
      <Trail href={site.paths.authenticator}>{t.title}</Trail>
      <h1>{t.setUp}</h1>
      <ProblemSummary problems={problems} />
      <h2>{t.scan}</h2>
      <p>{t.scanText}</p>
      <p>
        <QrCode modules={modules} name={t.qr} />
      </p>
      <details>
        <summary>{t.here}</summary>
        <p>
          <Fill text={t.orType} link={<a href={uri}>{t.open}</a>} />
        </p>
        <CopyField label={t.key} id="key" value={typed} />
      </details>
      <h2>{t.type}</h2>
      <form method="post" action={site.paths.setUpAuthenticator}>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        {next !== undefined && <input type="hidden" name="next" value={next} />}
        <Field
          label={site.messages.code.appLabel}
          name="code"
          hint={t.digits}
          autocomplete="one-time-code"
          inputmode="numeric"
          required
          problems={problems}
        />
        <button type="submit">{t.confirm}</button>
      </form>
    </Layout>
  )
}
