import { assertionAlgorithms } from '../../../rules/clients/credentials.ts'
import type { PolicyForm } from '../../../rules/clients/policy-form.ts'
import { signingAlgorithms } from '../../../rules/server/signing-keys.ts'
import { Field, type Problem, RadioField, SelectField } from '../../../ui/forms/fields.tsx'
import type { Texts } from '../../../ui/words/messages/index.ts'
import { fieldIn } from './field.ts'
import { Fold } from './fold.tsx'

export interface KeyFieldsProps {
  readonly t: Texts['applications']['policy']
  readonly form: PolicyForm
  readonly problems: readonly Problem[]
}

interface Asking {
  readonly hasPeople: boolean
  /** Whether it is registered for backchannel authentication. */
  readonly asksPeople: boolean
}

/** The choice of a value that is its own label. */
export const chosenAs = (value: string) => ({ value, label: value })

const proofFields = [
  'require_pushed_authorization_requests',
  'require_signed_request_object',
  'request_object_signing_alg',
  'backchannel_authentication_request_signing_alg',
  'authorization_signed_response_alg',
  'introspection_signed_response_alg',
  'dpop_bound_access_tokens',
]
const certificateFields = [
  'token_endpoint_auth_method',
  'tls_client_auth_subject_dn',
  'tls_client_certificate_bound_access_tokens',
]

/** Settings for applications with high requirements: pushed requests, and bound tokens. */
export function ProofFields({
  t,
  form,
  problems,
  hasPeople,
  isConfidential,
  asksPeople,
}: KeyFieldsProps & Asking & { readonly isConfidential: boolean }) {
  const field = fieldIn({ form, problems })
  return (
    <Fold title={t.proofs} names={proofFields} form={form} problems={problems}>
      {hasPeople && (
        <RadioField
          label={t.requests}
          choices={[
            { value: 'false', label: t.requestsAny, hint: t.requestsAnyHint },
            { value: 'true', label: t.requestsPushed, hint: t.requestsPushedHint },
          ]}
          {...field('pushed')}
        />
      )}
      {isConfidential && (
        <SignedFields t={t} form={form} problems={problems} hasPeople={hasPeople} asksPeople={asksPeople} />
      )}
      <RadioField
        label={t.binding}
        choices={[
          { value: 'false', label: t.bindingOptional, hint: t.bindingOptionalHint },
          { value: 'true', label: t.bindingAlways, hint: t.bindingAlwaysHint },
        ]}
        {...field('bound')}
      />
    </Fold>
  )
}

/** RFC 9101, JARM, RFC 9701. */
function SignedFields({ t, form, problems, hasPeople, asksPeople }: KeyFieldsProps & Asking) {
  const algorithms = signingAlgorithms.map(chosenAs)
  const field = fieldIn({ form, problems })
  return (
    <>
      {hasPeople && (
        <>
          <RadioField
            label={t.signed}
            choices={[
              { value: 'false', label: t.signedAny, hint: t.signedAnyHint },
              { value: 'true', label: t.signedOnly, hint: t.signedOnlyHint },
            ]}
            {...field('signed')}
          />
          <SelectField
            label={t.requestAlg}
            choices={[{ value: 'any', label: t.requestAlgAny }, ...assertionAlgorithms.map(chosenAs)]}
            {...field('requestObjectAlg')}
          />
          {asksPeople && (
            <SelectField
              label={t.askAlg}
              choices={[{ value: '', label: t.askAlgNone }, ...assertionAlgorithms.map(chosenAs)]}
              {...field('backchannelRequestAlg')}
            />
          )}
          <SelectField
            label={t.answerAlg}
            choices={algorithms}
            hint={t.answerAlgHint}
            {...field('authorizationAlg')}
          />
        </>
      )}
      <SelectField
        label={t.introspectionAlg}
        choices={algorithms}
        hint={t.introspectionAlgHint}
        {...field('introspectionAlg')}
      />
    </>
  )
}

/** Only where the edge asks for client certificates. RFC 8705. */
export function CertificateFields({
  t,
  form,
  problems,
  canAuthenticate,
}: KeyFieldsProps & { readonly canAuthenticate: boolean }) {
  const field = fieldIn({ form, problems })
  return (
    <Fold title={t.certificate} names={certificateFields} form={form} problems={problems}>
      {canAuthenticate && (
        <>
          <RadioField
            label={t.certificateUse}
            choices={[
              { value: 'no_certificate', label: t.certificateNone, hint: t.certificateNoneHint },
              { value: 'tls_client_auth', label: t.certificateIssued, hint: t.certificateIssuedHint },
              { value: 'self_signed_tls_client_auth', label: t.certificateOwn, hint: t.certificateOwnHint },
            ]}
            {...field('certificate')}
          />
          <Field label={t.subject} hint={t.subjectHint} {...field('subjectDn')} />
        </>
      )}
      <RadioField
        label={t.certificateBinding}
        choices={[
          { value: 'false', label: t.certificateBindingNo, hint: t.certificateBindingNoHint },
          { value: 'true', label: t.certificateBindingYes, hint: t.certificateBindingYesHint },
        ]}
        {...field('certificateBound')}
      />
    </Fold>
  )
}
