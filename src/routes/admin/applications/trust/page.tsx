import type { Client } from '../../../../rules/clients/client.ts'
import { Fact, Facts } from '../../../../ui/facts.tsx'
import { type Problem, ProblemSummary, RadioField } from '../../../../ui/forms/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../../ui/layout.tsx'
import { ClientMark } from '../../../../ui/monogram.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Registration } from '../registration.tsx'

export interface TrustPageProps {
  readonly site: Site<'admin' | 'applications'>
  readonly client: Client
  readonly ownerName: string
  readonly logo: string | undefined
  /** The selected value. */
  readonly trust: string
  readonly attempt: string
  readonly problems: readonly Problem[]
}

/** The reviewed registration is above the question. */
export function TrustPage(props: TrustPageProps) {
  const { site, client, ownerName, logo, trust, attempt, problems } = props
  const { paths, messages, texts } = site
  const { shared, trust: t } = texts.admin
  const back = paths.applicationSettings(client.id)
  const { title } = t
  const choices = [
    { value: 'unverified', label: t.unverified, hint: t.unverifiedHint },
    { value: 'verified', label: t.verified, hint: t.verifiedHint },
    { value: 'first-party', label: t.firstParty, hint: t.firstPartyHint },
  ]
  return (
    <Layout site={site} title={problems.length === 0 ? title : `${messages.error}: ${title}`}>
      <Trail href={back}>
        <bdi>{client.name}</bdi>
      </Trail>
      <h1>{title}</h1>
      <ProblemSummary problems={problems} />
      <Facts>
        <Fact name={shared.name}>
          <bdi>{client.name}</bdi>
        </Fact>
        <Fact name={t.owner}>
          <bdi>{ownerName}</bdi>
        </Fact>
        {logo !== undefined && (
          <Fact name={texts.applications.detail.logo}>
            <ClientMark site={site} id={client.id} name={client.name} logo={logo} />
          </Fact>
        )}
        <Registration site={site} client={client} />
      </Facts>
      <form class="long" method="post" action={paths.trustApplication(client.id)}>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <input type="hidden" name="seen_at" value={client.updatedAt} />
        <RadioField label={t.who} name="trust" value={trust} choices={choices} problems={problems} />
        <p class="hint">{t.back}</p>
        <div class="actions">
          <button type="submit">{messages.common.save}</button>
          <a class="button secondary" href={back}>
            {messages.common.cancel}
          </a>
        </div>
      </form>
    </Layout>
  )
}
