import { Field, type Problem, ProblemSummary } from '../../../../ui/forms/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../../ui/layout.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface PasskeyNamePageProps {
  readonly site: Site<'account'>
  readonly id: string
  readonly name: string
  readonly attempt: string
  readonly problems: readonly Problem[]
}

export function PasskeyNamePage({ site, id, name, attempt, problems }: PasskeyNamePageProps) {
  const t = site.texts.account.passkeys
  return (
    <Layout
      site={site}
      title={problems.length === 0 ? t.renameTitle : `${site.messages.error}: ${t.renameTitle}`}
      width="narrow"
    >
      <Trail href={site.paths.passkeys}>{t.title}</Trail>
      <h1>{t.renameTitle}</h1>
      <ProblemSummary problems={problems} />
      <form method="post" action={site.paths.passkeyName(id)}>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <Field label={t.name} name="name" value={name} hint={t.nameHint} required problems={problems} />
        <button type="submit">{t.rename}</button>
      </form>
    </Layout>
  )
}
