import { Field, type Problem } from '../../../../ui/forms/fields.tsx'
import { FormPage } from '../../../../ui/forms/form-page.tsx'
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
    <FormPage
      site={site}
      title={t.renameTitle}
      back={{ href: site.paths.passkeys, name: t.title }}
      action={site.paths.passkeyName(id)}
      attempt={attempt}
      submit={t.rename}
      width="narrow"
      problems={problems}
    >
      <Field label={t.name} name="name" value={name} hint={t.nameHint} required problems={problems} />
    </FormPage>
  )
}
