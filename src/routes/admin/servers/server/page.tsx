import { Fact, Facts } from '../../../../ui/facts.tsx'
import { Field, type Problem, ProblemSummary, RadioField } from '../../../../ui/forms/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../../ui/layout.tsx'
import type { Site } from '../../../../ui/site.ts'
import type { ServerForm } from '../form.ts'

export interface ServerPageProps {
  readonly site: Site<'admin'>
  /** Undefined for a new one. */
  readonly serverKey: string | undefined
  readonly form: ServerForm
  readonly attempt: string
  readonly problems: readonly Problem[]
}

export function ServerPage({ site, serverKey, form, attempt, problems }: ServerPageProps) {
  const { paths, messages, texts } = site
  const { shared, home } = texts.admin
  const t = texts.admin.server
  const title = serverKey === undefined ? texts.admin.servers.add : t.change
  return (
    <Layout site={site} title={problems.length === 0 ? title : `${messages.error}: ${title}`}>
      <Trail href={paths.adminServers}>{home.servers}</Trail>
      <div class="heading">
        <h1>{title}</h1>
        {serverKey !== undefined && (
          <a class="button secondary" href={paths.deleteServer(serverKey)}>
            {shared.delete}
          </a>
        )}
      </div>
      <ProblemSummary problems={problems} />
      <form
        class="long"
        method="post"
        action={serverKey === undefined ? paths.newServer : paths.adminServer(serverKey)}
        novalidate
      >
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        {serverKey === undefined ? (
          <Field
            label={t.issuer}
            name="issuer"
            value={form.issuer}
            required
            hint={t.issuerHint}
            problems={problems}
          />
        ) : (
          <Facts>
            <Fact name={t.issuer}>
              <code>{form.issuer}</code>
            </Fact>
          </Facts>
        )}
        <Field label={shared.name} name="name" value={form.name} required problems={problems} />
        <Field label={t.jwks} name="jwks_uri" value={form.jwksUri} hint={t.jwksHint} problems={problems} />
        <Field
          label={t.audience}
          name="audience"
          value={form.audience}
          hint={t.audienceHint}
          problems={problems}
        />
        <RadioField
          label={t.user}
          name="user_field"
          value={form.userField}
          choices={[
            { value: 'id', label: <code>sub</code>, hint: t.userId },
            { value: 'username', label: <code>preferred_username</code>, hint: t.userName },
            { value: 'email', label: <code>email</code>, hint: t.userEmail },
          ]}
          problems={problems}
        />
        <Field
          label={t.accepted}
          name="accepted"
          value={form.accepted}
          rows={3}
          hint={t.acceptedHint}
          problems={problems}
        />
        <Field
          label={t.asserted}
          name="asserted"
          value={form.asserted}
          rows={3}
          hint={t.assertedHint}
          problems={problems}
        />
        <Field
          label={t.scope}
          name="assertion_scope"
          value={form.assertionScope}
          hint={t.scopeHint}
          problems={problems}
        />
        <div class="actions">
          <button type="submit">{messages.common.save}</button>
          <a class="button secondary" href={paths.adminServers}>
            {messages.common.cancel}
          </a>
        </div>
      </form>
    </Layout>
  )
}
