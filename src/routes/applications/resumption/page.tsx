import type { Client } from '../../../rules/clients/client.ts'
import { ConfirmPage } from '../../../ui/forms/confirm-page.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'
import { Name } from '../../../ui/words/name.tsx'

export interface ResumptionPageProps {
  readonly site: Site<'applications'>
  readonly client: Client
  readonly attempt: string
  readonly problem?: string | undefined
}

/** Everything about an application that decides who gets tokens and codes, for its owner to review. */
export function ResumptionPage({ site, client, attempt, problem }: ResumptionPageProps) {
  const { paths, texts } = site
  const { resumption: t, form, detail, policy } = texts.applications
  const { backchannelLogoutUri, frontchannelLogoutUri, initiateLoginUri } = client.openid
  const logouts = [backchannelLogoutUri, frontchannelLogoutUri].flatMap((uri) => uri ?? [])
  return (
    <ConfirmPage
      site={site}
      title={t.title}
      action={paths.resumeApplication(client.id)}
      back={paths.application(client.id)}
      submit={detail.resume}
      hidden={{ seen_at: String(client.updatedAt) }}
      mild
      attempt={attempt}
      problem={problem}
    >
      <p>
        <Fill text={t.text} name={<Name>{client.name}</Name>} />
      </p>
      <Lines name={form.redirects} values={client.redirectUris} />
      <Lines name={form.logouts} values={client.postLogoutRedirectUris} />
      <Lines name={form.origins} values={client.allowedOrigins} />
      <Lines name={t.notices} values={logouts} />
      <Lines name={t.start} values={initiateLoginUri === undefined ? [] : [initiateLoginUri]} />
      <Lines name={detail.scopes} values={client.policy.scope} />
      <p>
        <Fill
          text={t.change}
          update={<a href={paths.updateApplication(client.id)}>{detail.update}</a>}
          policy={<a href={paths.applicationPolicy(client.id)}>{policy.title}</a>}
          remove={<a href={paths.deleteApplication(client.id)}>{detail.delete}</a>}
        />
      </p>
      <p>{client.type === 'public' ? t.ended : t.secret}</p>
    </ConfirmPage>
  )
}

function Lines({ name, values }: { readonly name: string; readonly values: readonly string[] }) {
  if (values.length === 0) return null
  return (
    <>
      <h2>{name}</h2>
      <ul class="lines">
        {values.map((value) => (
          <li>
            <code>{value}</code>
          </li>
        ))}
      </ul>
    </>
  )
}
