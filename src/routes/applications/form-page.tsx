import type { Child } from 'hono/jsx'
import { Field, type Problem, ProblemSummary, RadioField, SelectField } from '../../ui/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'
import { clientTypeNames, grantTypeNames } from '../../ui/words.ts'
import type { OwnedForm } from './form.ts'

export interface ApplicationFormPageProps {
  readonly site: Site
  readonly title: string
  /** The page above this one, and where Cancel leads. */
  readonly back: { readonly href: string; readonly name: string }
  readonly action: string
  readonly submit: string
  readonly attempt: string
  readonly form: OwnedForm
  readonly problems?: readonly Problem[]
  /** What was chosen before the form. */
  readonly kind?: string
  readonly redirectHint?: string
  /** Between the heading and the form. */
  readonly above?: Child
}

const clientTypes = [
  {
    value: 'confidential',
    label: clientTypeNames.confidential,
    hint: 'Runs on a server of yours, where it can keep a secret.',
  },
  {
    value: 'public',
    label: clientTypeNames.public,
    hint: 'Runs in a browser, on a phone or in a terminal. It gets no secret: PKCE protects it.',
  },
]

const grantTypes = Object.entries(grantTypeNames).map(([value, label]) => ({ value, label }))

/** Registering and updating have the same form. */
export function ApplicationFormPage(props: ApplicationFormPageProps) {
  const { site, title, back, action, submit, attempt, form, problems = [], kind, above } = props
  return (
    <Layout site={site} title={problems.length === 0 ? title : `Error: ${title}`}>
      <Trail href={back.href}>{back.name}</Trail>
      <h1>{title}</h1>
      {above}
      <ProblemSummary problems={problems} />
      <form class="long" method="post" action={action} novalidate>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        {kind !== undefined && <input type="hidden" name="kind" value={kind} />}
        <Field
          label="Name"
          name="name"
          value={form.name}
          required
          hint="People see it when they are asked for consent."
          problems={problems}
        />
        <RadioField
          label="Client type"
          name="client_type"
          value={form.clientType}
          choices={clientTypes}
          problems={problems}
        />
        <SelectField
          label="Authorization grant type"
          name="authorization_grant_type"
          value={form.grantType}
          choices={grantTypes}
          problems={problems}
        />
        <Addresses form={form} problems={problems} redirectHint={props.redirectHint} />
        {site.viewer?.isAdministrator && (
          <Field
            label="Owner"
            name="owner"
            value={form.owner ?? ''}
            required
            hint="The username of the person who looks after it."
            problems={problems}
          />
        )}
        <div class="actions">
          <button type="submit">{submit}</button>
          <a class="button secondary" href={back.href}>
            Cancel
          </a>
        </div>
      </form>
    </Layout>
  )
}

interface AddressesProps {
  readonly form: OwnedForm
  readonly problems: readonly Problem[]
  readonly redirectHint: string | undefined
}

function Addresses({ form, problems, redirectHint }: AddressesProps) {
  return (
    <>
      <Field
        label="Redirect URIs"
        name="redirect_uris"
        value={form.redirectUris}
        rows={4}
        required
        hint={`One a line. People are sent back to one of these and nowhere else; it is compared to the letter. On localhost the port may differ.${redirectHint === undefined ? '' : ` ${redirectHint}`}`}
        problems={problems}
      />
      <Field
        label="Post-logout redirect URIs"
        name="post_logout_redirect_uris"
        value={form.postLogoutRedirectUris}
        rows={2}
        hint="Optional, one a line. Where people may be sent after signing out."
        problems={problems}
      />
      <Field
        label="Allowed origins"
        name="allowed_origins"
        value={form.allowedOrigins}
        rows={2}
        hint="Optional, one a line, like https://app.example. Scripts from there may call the token endpoint. Empty: those from the origins of the redirect URIs, which always may."
        problems={problems}
      />
    </>
  )
}
