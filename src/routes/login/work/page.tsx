import { Field, type Problem } from '../../../ui/forms/fields.tsx'
import { FormPage } from '../../../ui/forms/form-page.tsx'
import type { Site } from '../../../ui/site.ts'

export interface WorkPageProps {
  readonly site: Site
  readonly next: string
  readonly address: string
  readonly problems: readonly Problem[]
}

/** An address leads to the provider of its domain. It works without scripts. */
export function WorkPage({ site, next, address, problems }: WorkPageProps) {
  const { login: t, provider } = site.messages
  const { login, loginWork } = site.paths
  return (
    <FormPage
      site={site}
      title={t.work}
      action={loginWork}
      submit={t.continue}
      width="narrow"
      problems={problems}
      hidden={{ next }}
      after={
        <p>
          <a href={next === '' ? login : `${login}?${new URLSearchParams({ next })}`}>{provider.other}</a>
        </p>
      }
    >
      <p>{t.workText}</p>
      <Field
        label={t.workAddress}
        name="address"
        type="email"
        value={address}
        autocomplete="email"
        autofocus
        required
        problems={problems}
      />
    </FormPage>
  )
}
