import type { Client } from '../../../../rules/clients/client.ts'
import { Fact, Facts } from '../../../../ui/facts.tsx'
import { type Problem, RadioField } from '../../../../ui/forms/fields.tsx'
import { FormPage } from '../../../../ui/forms/form-page.tsx'
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
  const { paths, texts } = site
  const { shared, trust: t } = texts.admin
  const back = paths.applicationSettings(client.id)
  const { title } = t
  const choices = [
    { value: 'unverified', label: t.unverified, hint: t.unverifiedHint },
    { value: 'verified', label: t.verified, hint: t.verifiedHint },
    { value: 'first-party', label: t.firstParty, hint: t.firstPartyHint },
  ]
  return (
    <FormPage
      site={site}
      title={title}
      back={{ href: back, name: client.name }}
      action={paths.trustApplication(client.id)}
      attempt={attempt}
      problems={problems}
      hidden={{ seen_at: client.updatedAt }}
      below={
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
      }
    >
      <RadioField label={t.who} name="trust" value={trust} choices={choices} problems={problems} />
      <p class="hint">{t.back}</p>
    </FormPage>
  )
}
