import type { PolicyForm } from '../../../rules/clients/policy-form.ts'
import { signingAlgorithms } from '../../../rules/server/signing-keys.ts'
import { Field, type Problem, RadioField, SelectField } from '../../../ui/forms/fields.tsx'
import { fillText } from '../../../ui/words/fill.tsx'
import type { Texts } from '../../../ui/words/messages/index.ts'
import { Fold } from './fold.tsx'

export interface OpenidFieldsProps {
  readonly t: Texts['applications']['openid']
  readonly form: PolicyForm
  readonly problems: readonly Problem[]
  /** Whether an administrator is viewing: some fields are only for them. */
  readonly decides: boolean
  readonly isPublic: boolean
}

const algorithms = signingAlgorithms.map((value) => ({ value, label: value }))

/** Settings of how people sign in to it. */
export function OpenidFields({ t, form, problems, decides, isPublic }: OpenidFieldsProps) {
  return (
    <>
      <h2 translate="no">OpenID Connect</h2>
      <SelectField
        label={t.idToken}
        name="id_token_signed_response_alg"
        value={form.idTokenAlg}
        choices={algorithms}
        hint={t.idTokenHint}
        problems={problems}
      />
      <SelectField
        label={t.userinfo}
        name="userinfo_signed_response_alg"
        value={form.userinfoAlg}
        choices={[
          { value: 'json', label: t.json },
          ...signingAlgorithms.map((alg) => ({ value: alg, label: fillText(t.jwt, { alg }) })),
        ]}
        problems={problems}
      />
      <RadioField
        label={t.claims}
        name="claims_in_id_token"
        value={form.claimsInIdToken}
        choices={[
          { value: 'no', label: t.claimsNo, hint: t.claimsNoHint },
          { value: 'yes', label: t.claimsYes, hint: t.claimsYesHint },
        ]}
        problems={problems}
      />
      <h2>{t.signing}</h2>
      <RadioField
        label={t.factors}
        name="factors"
        value={form.factors}
        choices={[
          { value: 'one', label: t.one, hint: t.oneHint },
          { value: 'two', label: t.two, hint: t.twoHint },
        ]}
        problems={problems}
      />
      <Field
        label={t.backchannel}
        name="backchannel_logout_uri"
        value={form.backchannelLogoutUri}
        hint={t.backchannelHint}
        problems={problems}
      />
      <Field
        label={t.frontchannel}
        name="frontchannel_logout_uri"
        value={form.frontchannelLogoutUri}
        hint={t.frontchannelHint}
        problems={problems}
      />
      <Field
        label={t.initiate}
        name="initiate_login_uri"
        value={form.initiateLoginUri}
        hint={t.initiateHint}
        problems={problems}
      />
      {decides && !isPublic && (
        <RadioField
          label="PKCE"
          name="pkce"
          value={form.pkce}
          choices={[
            { value: 'required', label: t.required, hint: t.requiredHint },
            { value: 'optional', label: t.optional, hint: t.optionalHint },
          ]}
          problems={problems}
        />
      )}
    </>
  )
}

const identifierFields = ['subject_type', 'sector_hosts', 'sector_identifier_uri', 'sector_identifier']

interface IdentifierFieldsProps extends Omit<OpenidFieldsProps, 'isPublic'> {
  /** Whether the hosts of its redirect URIs have changed since an administrator reviewed them. */
  readonly moved: boolean
}

/** How it recognises people. */
export function IdentifierFields({ t, form, problems, decides, moved }: IdentifierFieldsProps) {
  return (
    <Fold title={t.identifiers} names={identifierFields} form={form} problems={problems}>
      <RadioField
        label={t.subject}
        name="subject_type"
        value={form.subjectType}
        choices={[
          { value: 'public', label: t.public, hint: t.publicHint },
          { value: 'pairwise', label: t.pairwise, hint: t.pairwiseHint },
        ]}
        problems={problems}
      />
      {moved && !decides && <p class="hint">{t.moved}</p>}
      {moved && decides && (
        <RadioField
          label={t.hosts}
          name="sector_hosts"
          value={form.sectorHosts}
          choices={[
            { value: 'moved', label: t.hostsMoved, hint: t.moved },
            { value: 'confirmed', label: t.hostsConfirmed, hint: t.hostsConfirmedHint },
          ]}
          problems={problems}
        />
      )}
      <Field
        label={t.sectorUri}
        name="sector_identifier_uri"
        value={form.sectorIdentifierUri}
        hint={t.sectorUriHint}
        problems={problems}
      />
      {decides && (
        <Field
          label={t.sector}
          name="sector_identifier"
          value={form.sectorIdentifier}
          hint={t.sectorHint}
          problems={problems}
        />
      )}
    </Fold>
  )
}
