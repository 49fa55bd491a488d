import type { Child } from 'hono/jsx'
import { registeredGrantTypes } from '../../rules/clients/client.ts'
import { ChecksField } from '../../ui/forms/checks.tsx'
import { Field, type Problem, RadioField, SelectField } from '../../ui/forms/fields.tsx'
import { FormPage } from '../../ui/forms/form-page.tsx'
import type { Site } from '../../ui/site.ts'
import { fillText } from '../../ui/words/fill.tsx'
import { addLineScript, CommonRedirectUris } from './common-uris.tsx'
import type { OwnedForm } from './form.ts'
import { byKind, type Kind, kinds } from './register/kinds.ts'

export interface ApplicationFormPageProps {
  readonly site: Site<'applications'>
  readonly title: string
  /** The parent page, and the target of Cancel. */
  readonly back: { readonly href: string; readonly name: string }
  readonly action: string
  readonly submit: string
  readonly attempt: string
  readonly form: OwnedForm
  readonly problems?: readonly Problem[]
  /** For a new application: it decides the type and the grant, unless the form says otherwise. */
  readonly kind?: Kind
  /** Between the heading and the form. */
  readonly above?: Child
}

type FieldsProps = Required<Pick<ApplicationFormPageProps, 'site' | 'form' | 'problems'>>

/** Registering and updating have the same fields. To register, most people need only the first three. */
export function ApplicationFormPage(props: ApplicationFormPageProps) {
  const { site, title, back, action, submit, attempt, form, problems = [], kind, above } = props
  const t = site.texts.applications.form
  const fields = { site, form, problems }
  return (
    <FormPage
      site={site}
      title={title}
      back={back}
      action={action}
      attempt={attempt}
      submit={submit}
      problems={problems}
      above={above}
      scripts={[addLineScript]}
    >
      {kind !== undefined && <KindField site={site} current={kind} />}
      <Field label={t.name} name="name" value={form.name} required hint={t.nameHint} problems={problems} />
      {kind === undefined && <Grants {...fields} />}
      <Field
        label={t.redirects}
        name="redirect_uris"
        value={form.redirectUris}
        rows={4}
        hint={
          kind === undefined
            ? t.redirectsHint
            : fillText(t.hintAnd, { hint: t.redirectsHint, more: t.redirectsMore })
        }
        problems={problems}
        below={<CommonRedirectUris site={site} />}
      />
      {kind === undefined ? (
        <Further {...fields} />
      ) : (
        <details open={isAdvanced(form, problems)}>
          <summary>{t.advanced}</summary>
          <Grants {...fields} byKind={kind} />
          <Further {...fields} />
        </details>
      )}
    </FormPage>
  )
}

/** Open when something in it differs from the kind, or has a problem. */
function isAdvanced(form: OwnedForm, problems: readonly Problem[]): boolean {
  const { clientType, grantType, furtherGrantTypes, postLogoutRedirectUris, allowedOrigins } = form
  return (
    clientType !== byKind ||
    grantType !== byKind ||
    furtherGrantTypes.length > 0 ||
    postLogoutRedirectUris + allowedOrigins !== '' ||
    problems.some(({ field }) => field !== 'name' && field !== 'redirect_uris')
  )
}

function KindField({ site, current }: { readonly site: Site<'applications'>; readonly current: Kind }) {
  const { form, kinds: t } = site.texts.applications
  return (
    <RadioField
      label={form.kind}
      name="kind"
      value={current.name}
      choices={kinds.map(({ name }) => ({ value: name, label: t[name].label, hint: t[name].means }))}
    />
  )
}

function Grants({ site, form, problems, byKind: kind }: FieldsProps & { readonly byKind?: Kind }) {
  const { form: t, words } = site.texts.applications
  const ofKind = kind === undefined ? [] : [{ value: byKind, label: t.byKind, hint: t.byKindHint }]
  return (
    <>
      <RadioField
        label={t.type}
        name="client_type"
        value={form.clientType}
        choices={[
          ...ofKind,
          { value: 'confidential', label: words.confidential, hint: t.confidentialHint },
          { value: 'public', label: words.public, hint: t.publicHint },
        ]}
        problems={problems}
      />
      <SelectField
        label={t.grant}
        name="authorization_grant_type"
        value={form.grantType}
        choices={[...ofKind, ...registeredGrantTypes.map((value) => ({ value, label: words[value] }))]}
        problems={problems}
      />
      <ChecksField
        label={t.further}
        name="further_grant_types"
        hint={t.furtherHint}
        checks={registeredGrantTypes
          .filter((value) => value !== (form.grantType === byKind ? kind?.form.grantType : form.grantType))
          .map((value) => ({
            value,
            label: words[value],
            hint: t.grants[value],
            checked: form.furtherGrantTypes.includes(value),
          }))}
        problems={problems}
      />
    </>
  )
}

function Further({ site, form, problems }: FieldsProps) {
  const t = site.texts.applications.form
  return (
    <>
      <Field
        label={t.logouts}
        name="post_logout_redirect_uris"
        value={form.postLogoutRedirectUris}
        rows={2}
        hint={t.logoutsHint}
        problems={problems}
      />
      <Field
        label={t.origins}
        name="allowed_origins"
        value={form.allowedOrigins}
        rows={2}
        hint={t.originsHint}
        problems={problems}
      />
      {site.viewer?.isAdministrator && (
        <Field
          label={t.owner}
          name="owner"
          value={form.owner ?? ''}
          required
          hint={t.ownerHint}
          problems={problems}
        />
      )}
    </>
  )
}
