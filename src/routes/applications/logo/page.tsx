import type { Client } from '../../../rules/clients/client.ts'
import { type Problem, ProblemTexts, textsOf } from '../../../ui/forms/fields.tsx'
import { FormPage } from '../../../ui/forms/form-page.tsx'
import { ClientMark } from '../../../ui/monogram.tsx'
import type { Site } from '../../../ui/site.ts'

export interface LogoPageProps {
  readonly site: Site<'applications'>
  readonly client: Client
  readonly logo: string | undefined
  readonly attempt: string
  readonly problems: readonly Problem[]
}

export function LogoPage({ site, client, logo, attempt, problems }: LogoPageProps) {
  const { paths } = site
  const back = paths.applicationSettings(client.id)
  const t = site.texts.applications.logo
  const isWrong = problems.length > 0
  return (
    <FormPage
      site={site}
      title={t.title}
      back={{ href: back, name: client.name }}
      action={paths.applicationLogo(client.id)}
      attempt={attempt}
      submit={t.submit}
      problems={problems}
      enctype="multipart/form-data"
      below={
        <div class="meeting">
          <ClientMark site={site} id={client.id} name={client.name} logo={logo} />
          <span class="hint">{logo === undefined ? t.none : t.shown}</span>
        </div>
      }
      buttons={
        logo !== undefined && (
          <button type="submit" class="secondary" name="remove" value="yes">
            {t.remove}
          </button>
        )
      }
    >
      <div class={isWrong ? 'field wrong' : 'field'}>
        <label for="logo">{t.picture}</label>
        <p class="hint" id="logo-hint">
          {t.hint}
        </p>
        <ProblemTexts name="logo" texts={textsOf('logo', problems)} />
        <input
          type="file"
          id="logo"
          name="logo"
          accept="image/png,image/jpeg,image/webp"
          aria-describedby={isWrong ? 'logo-hint logo-problem' : 'logo-hint'}
          aria-invalid={isWrong ? 'true' : undefined}
        />
      </div>
    </FormPage>
  )
}
