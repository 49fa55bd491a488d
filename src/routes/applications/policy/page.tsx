import { type Client, isForPeople, isRegisteredFor } from '../../../rules/clients/client.ts'
import type { PolicyForm } from '../../../rules/clients/policy-form.ts'
import type { DetailType } from '../../../rules/requests/detail-type.ts'
import type { ScopeDefinition } from '../../../rules/requests/scope.ts'
import { signingAlgorithms } from '../../../rules/server/signing-keys.ts'
import { ChecksField } from '../../../ui/forms/checks.tsx'
import { Field, type Problem, RadioField, SelectField } from '../../../ui/forms/fields.tsx'
import { FormPage } from '../../../ui/forms/form-page.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill, fillText } from '../../../ui/words/fill.tsx'
import { describeScope, type Texts } from '../../../ui/words/messages/index.ts'
import { formatDuration } from '../../../values/duration.ts'
import type { Lifetimes } from '../../../values/time.ts'
import { fieldIn } from './field.ts'
import { EncryptionFields, KeyFields } from './key-fields.tsx'
import { IdentifierFields, OpenidFields } from './openid-fields.tsx'
import { ProfileFields } from './profile-fields.tsx'
import { CertificateFields, type KeyFieldsProps, ProofFields } from './proof-fields.tsx'

export interface PolicyPageProps {
  readonly site: Site<'applications'>
  readonly client: Client
  readonly scopes: readonly (ScopeDefinition & {
    readonly restricted: boolean
    readonly checked: boolean
    /** Granted by an administrator; a developer can neither add nor remove it. */
    readonly fixed: boolean
  })[]
  /** Types of authorization details. Empty for those who can't allow them. */
  readonly detailTypes: readonly DetailType[]
  /** The server's values, used for empty fields. */
  readonly server: Lifetimes
  /** Whether the edge asks for client certificates. */
  readonly hasCertificates: boolean
  readonly attempt: string
  readonly form: PolicyForm
  readonly problems: readonly Problem[]
  readonly notice: string | false
}

export function PolicyPage(props: PolicyPageProps) {
  const { site, client, scopes, attempt, form, problems, notice } = props
  const { paths } = site
  const t = site.texts.applications.policy
  const hasPeople = isForPeople(client)
  const decides = site.viewer?.isAdministrator === true
  const openid = { t: site.texts.applications.openid, form, problems, decides }
  return (
    <FormPage
      site={site}
      title={t.title}
      back={{ href: paths.applicationSettings(client.id), name: client.name }}
      action={paths.applicationPolicy(client.id)}
      attempt={attempt}
      problems={problems}
      above={notice && <p class="notice">{notice}</p>}
    >
      <ProfileFields t={t} form={form} problems={problems} />
      <ChecksField
        label={t.scopes}
        name="scope"
        hint={t.scopesHint}
        checks={scopes.map((scope) => {
          const { name, restricted, checked, fixed } = scope
          // An administrator may have written it, in any language.
          const description = <bdi>{describeScope(scope, site.messages)}</bdi>
          const hint = restricted ? <Fill text={t.restricted} description={description} /> : description
          return { value: name, label: name, hint, checked, fixed }
        })}
        problems={problems}
      />
      {props.detailTypes.length > 0 && (
        <ChecksField
          label={t.details}
          name="authorization_details_types"
          hint={t.detailsHint}
          checks={props.detailTypes.map(({ type, title: words }) => ({
            value: type,
            label: type,
            hint: <bdi>{words}</bdi>,
            checked: form.detailTypes.includes(type),
            fixed: false,
          }))}
          problems={problems}
        />
      )}
      <TokenFields {...props} t={t} hasPeople={hasPeople} />
      {hasPeople && (
        <>
          <OpenidFields {...openid} isPublic={client.type === 'public'} />
          <IdentifierFields {...openid} moved={client.openid.sectorMoved} />
        </>
      )}
      {client.type === 'confidential' && <KeyFields t={t} form={form} problems={problems} />}
      <ProofFields
        t={t}
        form={form}
        problems={problems}
        hasPeople={hasPeople}
        asksPeople={isRegisteredFor(client, 'backchannel')}
        isConfidential={client.type === 'confidential'}
      />
      {client.type === 'confidential' && (
        <EncryptionFields t={t} form={form} problems={problems} hasPeople={hasPeople} />
      )}
      {props.hasCertificates && (
        <CertificateFields
          t={t}
          form={form}
          problems={problems}
          canAuthenticate={client.type === 'confidential'}
        />
      )}
      {client.policy.introspectsAll && <IntrospectionField t={t} form={form} problems={problems} />}
    </FormPage>
  )
}

type PolicyTexts = Texts['applications']['policy']

function TokenFields({
  t,
  form,
  problems,
  server,
  hasPeople,
}: PolicyPageProps & { readonly t: PolicyTexts; readonly hasPeople: boolean }) {
  const hint = (text: string, seconds: number) => fillText(text, { duration: formatDuration(seconds) })
  const field = fieldIn({ form, problems })
  return (
    <>
      <h2>{t.tokens}</h2>
      <RadioField
        label={t.format}
        choices={[
          { value: 'jwt', label: t.jwt, hint: t.jwtHint },
          { value: 'opaque', label: t.opaque, hint: t.opaqueHint },
        ]}
        {...field('accessTokenFormat')}
      />
      <SelectField
        label={t.accessAlg}
        choices={signingAlgorithms.map((value) => ({ value, label: value }))}
        hint={t.accessAlgHint}
        {...field('accessTokenAlg')}
      />
      <Field
        label={t.access}
        hint={hint(t.accessHint, server.accessToken)}
        {...field('accessTokenLifetime')}
      />
      {hasPeople && (
        <>
          <RadioField
            label={t.refresh}
            choices={[
              { value: 'yes', label: t.refreshYes, hint: t.refreshYesHint },
              { value: 'no', label: t.refreshNo, hint: t.refreshNoHint },
            ]}
            {...field('refreshTokens')}
          />
          <Field
            label={t.idle}
            hint={hint(t.idleHint, server.refreshIdle)}
            {...field('refreshIdleLifetime')}
          />
          <Field
            label={t.absolute}
            hint={hint(t.absoluteHint, server.refreshAbsolute)}
            {...field('refreshAbsoluteLifetime')}
          />
        </>
      )}
    </>
  )
}

/** For an application that is older than the lists of introspecting applications: it can be switched off, and not on. */
function IntrospectionField({ t, form, problems }: KeyFieldsProps) {
  const field = fieldIn({ form, problems })
  return (
    <RadioField
      label={t.introspection}
      choices={[
        { value: 'own', label: t.introspectionOwn, hint: t.introspectionOwnHint },
        { value: 'all', label: t.introspectionAll, hint: t.introspectionAllHint },
      ]}
      {...field('introspection')}
    />
  )
}
