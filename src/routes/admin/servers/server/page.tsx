import { Field, type Problem, RadioField } from '../../../../ui/forms/fields.tsx'
import { FormPage } from '../../../../ui/forms/form-page.tsx'
import { KeyField } from '../../../../ui/forms/key-field.tsx'
import type { Site } from '../../../../ui/site.ts'
import type { ServerForm } from '../form.ts'

export interface ServerPageProps {
  readonly site: Site<'admin'>
  /** Undefined for a new one. */
  readonly serverKey: string | undefined
  readonly form: ServerForm
  readonly attempt: string
  readonly problems: readonly Problem[]
  /** Above the form. */
  readonly notice: string | false
}

export function ServerPage({ site, serverKey, form, attempt, problems, notice }: ServerPageProps) {
  const { paths, texts } = site
  const { shared, home } = texts.admin
  const t = texts.admin.server
  const title = serverKey === undefined ? texts.admin.servers.add : t.change
  return (
    <FormPage
      site={site}
      title={title}
      back={{ href: paths.adminServers, name: home.servers }}
      action={serverKey === undefined ? paths.newServer : paths.adminServer(serverKey)}
      attempt={attempt}
      problems={problems}
      above={notice && <p class="notice">{notice}</p>}
      actions={
        serverKey !== undefined && (
          <a class="button secondary" href={paths.deleteServer(serverKey)}>
            {shared.delete}
          </a>
        )
      }
    >
      <KeyField
        isNew={serverKey === undefined}
        label={t.issuer}
        name="issuer"
        value={form.issuer}
        hint={t.issuerHint}
        problems={problems}
      />
      <Field label={shared.name} name="name" value={form.name} required problems={problems} />
      <Field label={t.jwks} name="jwks_uri" value={form.jwks_uri} hint={t.jwksHint} problems={problems} />
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
        value={form.user_field}
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
        value={form.assertion_scope}
        hint={t.scopeHint}
        problems={problems}
      />
    </FormPage>
  )
}
