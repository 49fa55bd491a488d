import type { Child } from 'hono/jsx'
import { registeredGrantTypes } from '../../rules/clients/client.ts'
import { ChecksField } from '../../ui/forms/checks.tsx'
import { Field, type Problem, RadioField, SelectField } from '../../ui/forms/fields.tsx'
import { FormPage } from '../../ui/forms/form-page.tsx'
import type { Site } from '../../ui/site.ts'
import { fillText } from '../../ui/words/fill.tsx'
import type { Texts } from '../../ui/words/messages/index.ts'
import type { OwnedForm } from './form.ts'

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
  /** The choice made before the form. */
  readonly kind?: string
  readonly redirectHint?: string
  /** Between the heading and the form. */
  readonly above?: Child
}

/** Registering and updating have the same form. */
export function ApplicationFormPage(props: ApplicationFormPageProps) {
  const { site, title, back, action, submit, attempt, form, problems = [], kind, above } = props
  const { form: t, words } = site.texts.applications
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
      hidden={kind === undefined ? {} : { kind }}
    >
      <Field label={t.name} name="name" value={form.name} required hint={t.nameHint} problems={problems} />
      <RadioField
        label={t.type}
        name="client_type"
        value={form.clientType}
        choices={[
          { value: 'confidential', label: words.confidential, hint: t.confidentialHint },
          { value: 'public', label: words.public, hint: t.publicHint },
        ]}
        problems={problems}
      />
      <SelectField
        label={t.grant}
        name="authorization_grant_type"
        value={form.grantType}
        choices={registeredGrantTypes.map((value) => ({ value, label: words[value] }))}
        problems={problems}
      />
      <ChecksField
        label={t.further}
        name="further_grant_types"
        hint={t.furtherHint}
        checks={registeredGrantTypes
          .filter((value) => value !== form.grantType)
          .map((value) => ({
            value,
            label: words[value],
            hint: t.grants[value],
            checked: form.furtherGrantTypes.includes(value),
          }))}
        problems={problems}
      />
      <Addresses t={t} form={form} problems={problems} redirectHint={props.redirectHint} />
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
    </FormPage>
  )
}

interface AddressesProps {
  readonly t: Texts['applications']['form']
  readonly form: OwnedForm
  readonly problems: readonly Problem[]
  readonly redirectHint: string | undefined
}

function Addresses({ t, form, problems, redirectHint }: AddressesProps) {
  return (
    <>
      <Field
        label={t.redirects}
        name="redirect_uris"
        value={form.redirectUris}
        rows={4}
        required
        hint={
          redirectHint === undefined
            ? t.redirectsHint
            : fillText(t.hintAnd, { hint: t.redirectsHint, more: redirectHint })
        }
        problems={problems}
      />
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
    </>
  )
}
