import { CopyField, copyScript } from '../../../../ui/copy.tsx'
import { Field, type Problem, ProblemSummary } from '../../../../ui/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../../ui/layout.tsx'
import { QrCode } from '../../../../ui/qr-code.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface SetUpPageProps {
  readonly site: Site
  readonly attempt: string
  readonly next: string | undefined
  /** For the camera. */
  readonly modules: readonly (readonly boolean[])[]
  /** The link that the QR code holds: on the phone itself it opens the app. */
  readonly uri: string
  /** The same to type, in groups of four. */
  readonly typed: string
  readonly problems: readonly Problem[]
}

export function SetUpPage({ site, attempt, next, modules, uri, typed, problems }: SetUpPageProps) {
  const title = 'Set up an authenticator app'
  return (
    <Layout
      site={site}
      title={problems.length === 0 ? title : `Error: ${title}`}
      width="narrow"
      scripts={[copyScript]}
    >
      <Trail href={site.paths.authenticator}>Authenticator app</Trail>
      <h1>{title}</h1>
      <ProblemSummary problems={problems} />
      <h2>1. Scan this with the app</h2>
      <p>Any app for time-based codes will do: the one in your phone’s settings, or one from its store.</p>
      <p>
        <QrCode modules={modules} name="The key, to scan with a camera" />
      </p>
      <details>
        <summary>The app is on this device, or can’t scan</summary>
        <p>
          <a href={uri}>Open it in the app</a>, or type this key there:
        </p>
        <CopyField label="Key" id="key" value={typed} />
      </details>
      <h2>2. Type the code that it shows</h2>
      <form method="post" action={site.paths.setUpAuthenticator}>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        {next !== undefined && <input type="hidden" name="next" value={next} />}
        <Field
          label="Code"
          name="code"
          hint="Six digits."
          autocomplete="one-time-code"
          inputmode="numeric"
          required
          problems={problems}
        />
        <button type="submit">Confirm</button>
      </form>
    </Layout>
  )
}
