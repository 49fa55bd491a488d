import type { Client } from '../../../protocol/client.ts'
import { formatDuration } from '../../../protocol/duration.ts'
import type { Lifetimes } from '../../../protocol/time.ts'
import { ChecksField } from '../../../ui/checks.tsx'
import { Field, type Problem, ProblemSummary, RadioField } from '../../../ui/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'
import type { PolicyForm } from './form.ts'
import { OpenidFields } from './openid-fields.tsx'

export interface PolicyPageProps {
  readonly site: Site
  readonly client: Client
  readonly scopes: readonly {
    readonly name: string
    readonly description: string
    readonly restricted: boolean
    readonly checked: boolean
    /** An administrator granted it; a developer neither gives nor takes it. */
    readonly fixed: boolean
  }[]
  /** What holds where nothing is entered. */
  readonly server: Lifetimes
  readonly attempt: string
  readonly form: PolicyForm
  readonly problems: readonly Problem[]
}

export function PolicyPage(props: PolicyPageProps) {
  const { site, client, scopes, attempt, form, problems } = props
  const { paths } = site
  const back = paths.application(client.id)
  const title = 'Tokens and sign-in'
  const isForPeople = client.grantType !== 'client-credentials'
  return (
    <Layout site={site} title={problems.length === 0 ? title : `Error: ${title}`}>
      <Trail href={back}>
        <bdi>{client.name}</bdi>
      </Trail>
      <h1>{title}</h1>
      <ProblemSummary problems={problems} />
      <form class="long" method="post" action={paths.applicationPolicy(client.id)} novalidate>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <ChecksField
          label="Scopes it may ask for"
          name="scope"
          hint="What an application never asks for, it should not be able to."
          checks={scopes.map(({ name, description, restricted, checked, fixed }) => ({
            value: name,
            label: name,
            hint: restricted ? `${description}. Allowed by administrators only.` : description,
            checked,
            fixed,
          }))}
          problems={problems}
        />
        <TokenFields {...props} isForPeople={isForPeople} />
        {client.type === 'confidential' && <KeyFields form={form} problems={problems} />}
        {isForPeople && (
          <OpenidFields
            form={form}
            problems={problems}
            decides={site.viewer?.isAdministrator === true}
            isPublic={client.type === 'public'}
          />
        )}
        <div class="actions">
          <button type="submit">Save</button>
          <a class="button secondary" href={back}>
            Cancel
          </a>
        </div>
      </form>
    </Layout>
  )
}

const formats = [
  {
    value: 'jwt',
    label: 'JWT',
    hint: 'An API checks it by itself, with our public keys. It is good until it expires unless the API asks us.',
  },
  {
    value: 'opaque',
    label: 'Opaque',
    hint: 'An API has to ask us at the introspection endpoint, and hears at once when access has ended.',
  },
]

function TokenFields({
  form,
  problems,
  server,
  isForPeople,
}: PolicyPageProps & { readonly isForPeople: boolean }) {
  const unlessSet = (seconds: number) => `Empty: ${formatDuration(seconds)}, as everywhere on this server.`
  return (
    <>
      <h2>Tokens</h2>
      <RadioField
        label="Access token format"
        name="access_token_format"
        value={form.accessTokenFormat}
        choices={formats}
        problems={problems}
      />
      <Field
        label="Access token lifetime"
        name="access_token_lifetime"
        value={form.accessTokenLifetime}
        hint={`Like 15m or 12h; from 1m to 30d. ${unlessSet(server.accessToken)}`}
        problems={problems}
      />
      {isForPeople && (
        <>
          <Field
            label="Refresh token, unused"
            name="refresh_idle_lifetime"
            value={form.refreshIdleLifetime}
            hint={`Ends when it is not used for so long; up to 400d. ${unlessSet(server.refreshIdle)}`}
            problems={problems}
          />
          <Field
            label="Refresh token, at most"
            name="refresh_absolute_lifetime"
            value={form.refreshAbsoluteLifetime}
            hint={`Then people sign in again, however often it was used; up to 400d. ${unlessSet(server.refreshAbsolute)}`}
            problems={problems}
          />
        </>
      )}
    </>
  )
}

function KeyFields({ form, problems }: { readonly form: PolicyForm; readonly problems: readonly Problem[] }) {
  return (
    <>
      <h2>Signing instead of a secret</h2>
      <p class="hint">
        With a key pair of its own the application never sends a secret (<code>private_key_jwt</code>). Give
        its public keys in one of the two ways. Its secrets are deleted then.
      </p>
      <Field
        label="Public keys (JWKS)"
        name="jwks"
        value={form.jwks}
        rows={4}
        hint="JSON with a list of keys."
        problems={problems}
      />
      <Field
        label="Address of its public keys"
        name="jwks_uri"
        value={form.jwksUri}
        hint="Like https://app.example/jwks.json. Then it can change its keys by itself."
        problems={problems}
      />
    </>
  )
}
