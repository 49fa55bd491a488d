import { formatDuration } from '../../../../protocol/duration.ts'
import { Fact, Facts } from '../../../../ui/facts.tsx'
import { Field, type Problem, ProblemSummary } from '../../../../ui/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../../ui/layout.tsx'
import type { Site } from '../../../../ui/site.ts'
import type { ApiForm } from '../form.ts'

export interface ApiPageProps {
  readonly site: Site
  /** Undefined for a new one. */
  readonly apiKey: string | undefined
  readonly form: ApiForm
  /** Of access tokens, where it sets none. */
  readonly lifetime: number
  readonly attempt: string
  readonly problems: readonly Problem[]
}

export function ApiPage({ site, apiKey, form, lifetime, attempt, problems }: ApiPageProps) {
  const { paths } = site
  const title = apiKey === undefined ? 'Add an API' : 'Change the API'
  return (
    <Layout site={site} title={problems.length === 0 ? title : `Error: ${title}`}>
      <Trail href={paths.adminApis}>APIs</Trail>
      <div class="heading">
        <h1>{title}</h1>
        {apiKey !== undefined && (
          <a class="button secondary" href={paths.deleteApi(apiKey)}>
            Delete
          </a>
        )}
      </div>
      <ProblemSummary problems={problems} />
      <form
        class="long"
        method="post"
        action={apiKey === undefined ? paths.newApi : paths.adminApi(apiKey)}
        novalidate
      >
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        {apiKey === undefined ? (
          <Field
            label="Identifier"
            name="identifier"
            value={form.identifier}
            required
            hint="An address that names it for ever, like https://api.example. Applications send it as resource, and tokens hold it as aud."
            problems={problems}
          />
        ) : (
          <Facts>
            <Fact name="Identifier">
              <code>{form.identifier}</code>
            </Fact>
          </Facts>
        )}
        <Field label="Name" name="name" value={form.name} required problems={problems} />
        <Field
          label="Access token lifetime"
          name="access_token_lifetime"
          value={form.accessTokenLifetime}
          hint={`Like 15m or 12h; from 1m to 30d. The shorter one of this and the application’s holds. Empty: ${formatDuration(lifetime)}, as everywhere on this server.`}
          problems={problems}
        />
        <Field
          label="Scopes"
          name="scopes"
          value={form.scopes}
          rows={5}
          hint="One a line: the name, a space, and what it lets an application do, as people read it. Like: invoices:read See your invoices"
          problems={problems}
        />
        <Field
          label="Scopes that only administrators allow"
          name="restricted_scopes"
          value={form.restrictedScopes}
          rows={3}
          hint="Written the same way. Developers can’t give these to their applications by themselves."
          problems={problems}
        />
        <div class="actions">
          <button type="submit">Save</button>
          <a class="button secondary" href={paths.adminApis}>
            Cancel
          </a>
        </div>
      </form>
    </Layout>
  )
}
