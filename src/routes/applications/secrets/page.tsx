import type { Client } from '../../../rules/clients/client.ts'
import { Field, type Problem, RadioField } from '../../../ui/forms/fields.tsx'
import { FormPage } from '../../../ui/forms/form-page.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { Refused } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'
import { Name } from '../../../ui/words/name.tsx'
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
  const t = site.texts.applications.secrets
  const name = <bdi>{client.name}</bdi>
  const back = { href: site.paths.applicationCredentials(client.id), name: client.name }
  if (live >= most) {
    const title = problem === undefined ? t.make : `${site.messages.error}: ${t.make}`
    return (
      <Layout site={site} title={title} width="narrow">
        <Trail href={back.href}>{name}</Trail>
        <h1>{t.make}</h1>
        <Refused problem={problem} />
        <p>
          <Fill text={pluralForm(site.language, t.most, live)} application={name} count={live} />
        </p>
        <div class="actions">
          <a class="button" href={back.href}>
            {t.show}
          </a>
        </div>
      </Layout>
    )
  }
  return (
    <FormPage
      site={site}
      title={t.make}
      back={back}
      action={site.paths.applicationSecrets(client.id)}
      attempt={attempt}
      submit={t.submit}
      width="narrow"
      problem={problem}
      problems={problems}
      below={
        <p>
          <Fill text={t.text} application={<Name>{client.name}</Name>} /> {live > 0 && t.keeps}
        </p>
      }
    >
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
    </FormPage>
  )
}
