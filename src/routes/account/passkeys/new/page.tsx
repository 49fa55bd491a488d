import { Field, type Problem, ProblemSummary } from '../../../../ui/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../../ui/layout.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface NewPasskeyPageProps {
  readonly site: Site
  readonly name: string
  readonly next: string | undefined
  /** For the script, which hands them to the browser. */
  readonly options: unknown
  readonly attempt: string
  readonly problems: readonly Problem[]
}

export function NewPasskeyPage({ site, name, next, options, attempt, problems }: NewPasskeyPageProps) {
  const title = 'Add a passkey'
  return (
    <Layout
      site={site}
      title={problems.length === 0 ? title : `Error: ${title}`}
      width="narrow"
      scripts={['/passkeys/add.js']}
    >
      <Trail href={site.paths.passkeys}>Passkeys</Trail>
      <h1>{title}</h1>
      <ProblemSummary problems={problems} />
      <noscript>
        <p class="problem">Passkeys need JavaScript, which is off in this browser.</p>
      </noscript>
      <p class="problem" id="unable" hidden>
        This browser has no passkeys. Try another one, or another device.
      </p>
      {/* The script shows it once it can be used: sent without it, nothing would be made. */}
      <form
        method="post"
        action={site.paths.newPasskey}
        id="passkey"
        data-options={JSON.stringify(options)}
        hidden
      >
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <input type="hidden" name="credential" />
        {next !== undefined && <input type="hidden" name="next" value={next} />}
        <Field
          label="Name"
          name="name"
          value={name}
          hint="To know it by later, like the device that it is on."
          required
          problems={problems}
        />
        <button type="submit">Add a passkey</button>
      </form>
    </Layout>
  )
}
