import type { Client } from '../../../../rules/clients/client.ts'
import { Fact, Facts, Time } from '../../../../ui/facts.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../../ui/layout.tsx'
import { Refused } from '../../../../ui/outcome.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Registration } from '../registration.tsx'

export interface ApprovalPageProps {
  readonly site: Site<'admin' | 'applications'>
  readonly client: Client
  readonly attempt: string
  readonly problem?: string | undefined
}

/** The registration to approve is above the question. */
export function ApprovalPage({ site, client, attempt, problem }: ApprovalPageProps) {
  const { paths, messages, texts } = site
  const { shared, approval: t } = texts.admin
  return (
    <Layout site={site} title={problem === undefined ? t.title : `${messages.error}: ${t.title}`}>
      <Trail href={`${paths.adminApplications}?approval=waiting`}>{t.queue}</Trail>
      <h1>{t.title}</h1>
      <Refused problem={problem} />
      <p>{client.approval === 'refused' ? t.wasRefused : t.text}</p>
      <Facts>
        <Fact name={shared.name}>
          <bdi>{client.name}</bdi>
        </Fact>
        <Fact name={t.since}>
          <Time at={client.updatedAt} exact />
        </Fact>
        <Registration site={site} client={client} />
      </Facts>
      <form method="post" action={paths.approveApplication(client.id)} class="choices">
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <input type="hidden" name="seen_at" value={client.updatedAt} />
        <button type="submit" name="decision" value="approve">
          {t.approve}
        </button>
        {client.approval === 'waiting' && (
          <button type="submit" name="decision" value="refuse" class="danger">
            {t.refuse}
          </button>
        )}
      </form>
      <p class="hint">{t.after}</p>
    </Layout>
  )
}
