import type { Client } from '../../../protocol/client.ts'
import { type Problem, ProblemSummary, ProblemTexts, textsOf } from '../../../ui/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../ui/layout.tsx'
import { ClientMark } from '../../../ui/monogram.tsx'
import type { Site } from '../../../ui/site.ts'

export interface LogoPageProps {
  readonly site: Site
  readonly client: Client
  readonly logo: string | undefined
  readonly attempt: string
  readonly problems: readonly Problem[]
}

export function LogoPage({ site, client, logo, attempt, problems }: LogoPageProps) {
  const { paths } = site
  const back = paths.application(client.id)
  const title = 'Logo'
  const isWrong = problems.length > 0
  return (
    <Layout site={site} title={isWrong ? `Error: ${title}` : title}>
      <Trail href={back}>
        <bdi>{client.name}</bdi>
      </Trail>
      <h1>{title}</h1>
      <ProblemSummary problems={problems} />
      <div class="meeting">
        <ClientMark site={site} id={client.id} name={client.name} logo={logo} />
        <span class="hint">{logo === undefined ? 'There is none yet.' : 'People see this one.'}</span>
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
          <label for="logo">Picture</label>
          <p class="hint" id="logo-hint">
            PNG, JPEG or WebP, at most 64 KiB, from 32 to 1024 pixels each way. Square looks best. It is kept
            here, and shown in lists and where people are asked for consent.
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
          <button type="submit">Upload</button>
          {logo !== undefined && (
            <button type="submit" class="secondary" name="remove" value="yes">
              Remove the logo
            </button>
          )}
          <a class="button secondary" href={back}>
            Cancel
          </a>
        </div>
      </form>
    </Layout>
  )
}
