import type { Client } from '../../../rules/clients/client.ts'
import { type Problem, ProblemSummary, ProblemTexts, textsOf } from '../../../ui/forms/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../ui/layout.tsx'
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
  const { common, error } = site.messages
  const t = site.texts.applications.logo
  const isWrong = problems.length > 0
  return (
    <Layout site={site} title={isWrong ? `${error}: ${t.title}` : t.title}>
      <Trail href={back}>
        <bdi>{client.name}</bdi>
      </Trail>
      <h1>{t.title}</h1>
      <ProblemSummary problems={problems} />
      <div class="meeting">
        <ClientMark site={site} id={client.id} name={client.name} logo={logo} />
        <span class="hint">{logo === undefined ? t.none : t.shown}</span>
      </div>
      <form
        class="long"
        method="post"
        action={paths.applicationLogo(client.id)}
        enctype="multipart/form-data"
      >
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
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
        <div class="actions">
          <button type="submit">{t.submit}</button>
          {logo !== undefined && (
            <button type="submit" class="secondary" name="remove" value="yes">
              {t.remove}
            </button>
          )}
          <a class="button secondary" href={back}>
            {common.cancel}
          </a>
        </div>
      </form>
    </Layout>
  )
}
