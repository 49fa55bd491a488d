import type { Client } from '../../../../protocol/client.ts'
import { Fact, Facts } from '../../../../ui/facts.tsx'
import { type Problem, ProblemSummary, RadioField } from '../../../../ui/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../../ui/layout.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface TrustPageProps {
  readonly site: Site
  readonly client: Client
  readonly ownerName: string
  readonly attempt: string
  readonly problems: readonly Problem[]
}

const choices = [
  {
    value: 'unverified',
    label: 'Unverified',
    hint: 'Nobody has checked. People are asked, and told so.',
  },
  {
    value: 'verified',
    label: 'Verified',
    hint: 'You know who runs it, and that the name and the addresses are theirs. People are asked.',
  },
  {
    value: 'first-party',
    label: 'First-party',
    hint: 'You run it yourself. People who sign in to it are not asked, except when it asks for that or its address is on their own device.',
  },
]

/** What is trusted stands above the question. */
export function TrustPage({ site, client, ownerName, attempt, problems }: TrustPageProps) {
  const { paths } = site
  const back = paths.application(client.id)
  const title = 'Trust'
  return (
    <Layout site={site} title={problems.length === 0 ? title : `Error: ${title}`}>
      <Trail href={back}>
        <bdi>{client.name}</bdi>
      </Trail>
      <h1>{title}</h1>
      <ProblemSummary problems={problems} />
      <Facts>
        <Fact name="Name">
          <bdi>{client.name}</bdi>
        </Fact>
        <Fact name="Owner">
          <bdi>{ownerName}</bdi>
        </Fact>
        <Fact name="Redirect URIs">
          <ul class="lines">
            {client.redirectUris.map((uri) => (
              <li>
                <code>{uri}</code>
              </li>
            ))}
          </ul>
        </Fact>
      </Facts>
      <form class="long" method="post" action={paths.trustApplication(client.id)}>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <input type="hidden" name="seen_at" value={client.updatedAt} />
        <RadioField
          label="Who runs it?"
          name="trust"
          value={client.trust}
          choices={choices}
          problems={problems}
        />
        <p class="hint">
          When somebody who is no administrator changes the name, the logo or the redirect URIs, it is
          unverified again.
        </p>
        <div class="actions">
          <button type="submit">Save</button>
          <a class="button secondary" href={back}>
            Cancel
          </a>
        </div>
      </form>
    </Layout>
  )
}
