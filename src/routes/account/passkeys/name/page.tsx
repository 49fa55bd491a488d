import { Field, type Problem, ProblemSummary } from '../../../../ui/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../../ui/layout.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface PasskeyNamePageProps {
  readonly site: Site
  readonly id: string
  readonly name: string
  readonly attempt: string
  readonly problems: readonly Problem[]
}

const title = 'Rename the passkey'

export function PasskeyNamePage({ site, id, name, attempt, problems }: PasskeyNamePageProps) {
  return (
    <Layout site={site} title={problems.length === 0 ? title : `Error: ${title}`} width="narrow">
      <Trail href={site.paths.passkeys}>Passkeys</Trail>
      <h1>{title}</h1>
      <ProblemSummary problems={problems} />
      <form method="post" action={site.paths.passkeyName(id)}>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <Field
          label="Name"
          name="name"
          value={name}
          hint="To know it by, like the device that it is on."
          required
          problems={problems}
        />
        <button type="submit">Rename</button>
      </form>
    </Layout>
  )
}
