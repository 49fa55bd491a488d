import { CopyField, copyScript } from '../../../../ui/forms/copy.tsx'
import { Field, type Problem } from '../../../../ui/forms/fields.tsx'
import { FormPage } from '../../../../ui/forms/form-page.tsx'
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

export function SetUpPage(props: SetUpPageProps) {
  const { site, attempt, next, problems } = props
  const t = site.texts.account.authenticator
  return (
    <FormPage
      site={site}
      title={t.setUp}
      back={{ href: site.paths.authenticator, name: t.title }}
      action={site.paths.setUpAuthenticator}
      attempt={attempt}
      submit={t.confirm}
      width="narrow"
      scripts={[copyScript]}
      problems={problems}
      below={<Key {...props} />}
      hidden={{ next }}
    >
      <Field
        label={site.messages.code.appLabel}
        name="code"
        hint={t.digits}
        autocomplete="one-time-code"
        inputmode="numeric"
        required
        problems={problems}
      />
    </FormPage>
  )
}

/** The key, for the camera and for typing. */
function Key({ site, modules, uri, typed }: SetUpPageProps) {
  const t = site.texts.account.authenticator
  return (
    <>
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
    </>
  )
}
