import { Field, type Problem, ProblemSummary } from '../../../../ui/forms/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../../ui/layout.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface NewPasskeyPageProps {
  readonly site: Site<'account'>
  readonly name: string
  readonly next: string | undefined
  /** For the script, which passes them to the browser. */
  readonly options: unknown
  readonly attempt: string
  readonly problems: readonly Problem[]
}

export function NewPasskeyPage({ site, name, next, options, attempt, problems }: NewPasskeyPageProps) {
  const t = site.texts.account.passkeys
  return (
    <Layout
      site={site}
      title={problems.length === 0 ? t.add : `${site.messages.error}: ${t.add}`}
      width="narrow"
      scripts={['/passkeys/add.js']}
    >
      <Trail href={site.paths.passkeys}>{t.title}</Trail>
      <h1>{t.add}</h1>
      <ProblemSummary problems={problems} />
      <noscript>
        <p class="problem">{t.noScript}</p>
      </noscript>
      <p class="problem" id="unable" hidden>
        {t.unable}
      </p>
      {/* The script shows it when it is usable: without a script it would do nothing. */}
      <form
        method="post"
        action={site.paths.newPasskey}
        id="passkey"
        data-options={JSON.stringify(options)}
        data-known={t.known}
        data-none={t.none}
        hidden
      >
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <input type="hidden" name="credential" />
        {next !== undefined && <input type="hidden" name="next" value={next} />}
        <Field label={t.name} name="name" value={name} hint={t.nameHint} required problems={problems} />
        <button type="submit">{t.add}</button>
      </form>
    </Layout>
  )
}
