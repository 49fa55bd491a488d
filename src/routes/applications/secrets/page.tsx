import type { Client } from '../../../rules/clients/client.ts'
import { Field, type Problem, ProblemSummary, RadioField } from '../../../ui/forms/fields.tsx'
import { AttemptToken, FormToken, Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'
import { pluralForm } from '../../../ui/words/plural.ts'

export interface NewSecretPageProps {
  readonly site: Site<'applications'>
  readonly client: Client
  /** The number of valid ones. */
  readonly live: number
  readonly most: number
  /** As typed. */
  readonly label: string
  /** The selected value. */
  readonly expires: string
  readonly attempt: string
  readonly problem?: string | undefined
  readonly problems: readonly Problem[]
}

/** A rotation: create the new one, give it to the application, delete the old one. */
export function NewSecretPage(props: NewSecretPageProps) {
  const { site, client, live, most, label, expires, attempt, problem, problems } = props
  const back = site.paths.applicationCredentials(client.id)
  const { common, error } = site.messages
  const t = site.texts.applications.secrets
  const name = <bdi>{client.name}</bdi>
  return (
    <Layout
      site={site}
      title={problem === undefined && problems.length === 0 ? t.make : `${error}: ${t.make}`}
      width="narrow"
    >
      <h1>{t.make}</h1>
      {problem !== undefined && (
        <div class="problems" role="alert">
          <p>{problem}</p>
        </div>
      )}
      <ProblemSummary problems={problems} />
      {live >= most ? (
        <>
          <p>
            <Fill text={pluralForm(site.language, t.most, live)} application={name} count={live} />
          </p>
          <div class="actions">
            <a class="button" href={back}>
              {t.show}
            </a>
          </div>
        </>
      ) : (
        <>
          <p>
            <Fill text={t.text} application={<strong>{name}</strong>} /> {live > 0 && t.keeps}
          </p>
          <form method="post" action={site.paths.applicationSecrets(client.id)}>
            <FormToken site={site} />
            <AttemptToken attempt={attempt} />
            <Field label={t.label} name="label" value={label} hint={t.labelHint} problems={problems} />
            <RadioField
              label={t.expires}
              name="expires"
              value={expires}
              choices={[
                { value: 'never', label: t.never, hint: t.neverHint },
                { value: '90-days', label: t.days, hint: t.daysHint },
                { value: '1-year', label: t.year, hint: t.yearHint },
              ]}
            />
            <div class="choices">
              <button type="submit">{t.submit}</button>
              <a class="button secondary" href={back}>
                {common.cancel}
              </a>
            </div>
          </form>
        </>
      )}
    </Layout>
  )
}
