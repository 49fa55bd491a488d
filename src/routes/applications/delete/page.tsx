import type { Client } from '../../../rules/clients/client.ts'
import { ConfirmPage } from '../../../ui/forms/confirm-page.tsx'
import { Field, type Problem } from '../../../ui/forms/fields.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill, fillText } from '../../../ui/words/fill.tsx'
import { Name } from '../../../ui/words/name.tsx'
import { countText } from '../../../ui/words/plural.ts'

export interface DeletePageProps {
  readonly site: Site<'applications'>
  readonly client: Client
  /** Lifetime of an access token. */
  readonly minutes: number
  readonly attempt: string
  /** Whether people gave it access: then its name has to be typed. */
  readonly hasPeople: boolean
  readonly problem?: string | undefined
  readonly problems: readonly Problem[]
}

export function DeletePage(props: DeletePageProps) {
  const { site, client, minutes, attempt, hasPeople, problem, problems } = props
  const t = site.texts.applications.delete
  return (
    <ConfirmPage
      site={site}
      title={t.title}
      action={site.paths.deleteApplication(client.id)}
      back={site.paths.applicationDanger(client.id)}
      submit={t.submit}
      attempt={attempt}
      problem={problem}
      problems={problems}
      fields={
        hasPeople && (
          <Field
            label={t.name}
            name="name"
            value=""
            hint={fillText(t.nameHint, { name: client.name })}
            autocomplete="off"
            required
            problems={problems}
          />
        )
      }
    >
      <p>
        <Fill text={t.text} application={<Name>{client.name}</Name>} />
      </p>
      <ul>
        <li>{t.credentials}</li>
        <li>{t.people}</li>
        <li>{countText(site.language, t.tokens, minutes)}</li>
        <li>{t.consents}</li>
      </ul>
      {hasPeople && <p>{t.instead}</p>}
    </ConfirmPage>
  )
}
