import type { Client } from '../../../protocol/client.ts'
import { RadioField } from '../../../ui/fields.tsx'
import { AttemptToken, FormToken, Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'

export interface NewSecretPageProps {
  readonly site: Site
  readonly client: Client
  /** How many it has that work. */
  readonly live: number
  readonly most: number
  /** What is chosen. */
  readonly expires: string
  readonly attempt: string
  readonly problem?: string | undefined
}

const expiries = [
  { value: 'never', label: 'Never', hint: 'Works until you delete it.' },
  { value: '90-days', label: 'In 90 days', hint: 'For servers that renew it on schedule.' },
  { value: '1-year', label: 'In one year', hint: 'A reminder to renew it.' },
]

/** A rotation: make the new one, give it to the application, delete the old one. */
export function NewSecretPage({ site, client, live, most, expires, attempt, problem }: NewSecretPageProps) {
  const back = site.paths.application(client.id)
  const title = 'Make a new secret'
  return (
    <Layout site={site} title={problem === undefined ? title : `Error: ${title}`} width="narrow">
      <h1>{title}</h1>
      {problem !== undefined && (
        <div class="problems" role="alert">
          <p>{problem}</p>
        </div>
      )}
      {live >= most ? (
        <>
          <p>
            <bdi>{client.name}</bdi> has {live} secrets that work, the most there can be. Delete the one that
            is not used any more, then come back.
          </p>
          <div class="actions">
            <a class="button" href={`${back}#secrets`}>
              Show the secrets
            </a>
          </div>
        </>
      ) : (
        <>
          <p>
            <strong>
              <bdi>{client.name}</bdi>
            </strong>{' '}
            gets a secret that is shown once.{' '}
            {live > 0 &&
              'The one it has keeps working, so nothing breaks while you change over; delete it when the new one is in place.'}
          </p>
          <form method="post" action={site.paths.applicationSecrets(client.id)}>
            <FormToken site={site} />
            <AttemptToken attempt={attempt} />
            <RadioField label="Expires" name="expires" value={expires} choices={expiries} />
            <div class="choices">
              <button type="submit">Make it</button>
              <a class="button secondary" href={back}>
                Cancel
              </a>
            </div>
          </form>
        </>
      )}
    </Layout>
  )
}
