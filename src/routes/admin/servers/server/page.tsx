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
  const field = (name: keyof ServerForm) => ({ name, value: form[name], problems })
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
      <KeyField isNew={serverKey === undefined} label={t.issuer} hint={t.issuerHint} {...field('issuer')} />
      <Field label={shared.name} required {...field('name')} />
      <Field label={t.jwks} hint={t.jwksHint} {...field('jwks_uri')} />
      <Field label={t.audience} hint={t.audienceHint} {...field('audience')} />
      <RadioField
        label={t.user}
        choices={[
          { value: 'id', label: <code>sub</code>, hint: t.userId },
          { value: 'username', label: <code>preferred_username</code>, hint: t.userName },
          { value: 'email', label: <code>email</code>, hint: t.userEmail },
        ]}
        {...field('user_field')}
      />
      <Field label={t.accepted} rows={3} hint={t.acceptedHint} {...field('accepted')} />
      <Field label={t.asserted} rows={3} hint={t.assertedHint} {...field('asserted')} />
      <Field label={t.scope} hint={t.scopeHint} {...field('assertion_scope')} />
    </FormPage>
  )
}
