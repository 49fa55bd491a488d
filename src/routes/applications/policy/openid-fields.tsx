import type { PolicyForm } from '../../../rules/clients/policy-form.ts'
import { signingAlgorithms } from '../../../rules/server/signing-keys.ts'
import { Field, type Problem, RadioField, SelectField } from '../../../ui/forms/fields.tsx'
import { fillText } from '../../../ui/words/fill.tsx'
import type { Texts } from '../../../ui/words/messages/index.ts'
import { fieldIn } from './field.ts'
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
  const field = fieldIn({ form, problems })
  return (
    <>
      <h2 translate="no">OpenID Connect</h2>
      <SelectField label={t.idToken} choices={algorithms} hint={t.idTokenHint} {...field('idTokenAlg')} />
      <SelectField
        label={t.userinfo}
        choices={[
          { value: 'json', label: t.json },
          ...signingAlgorithms.map((alg) => ({ value: alg, label: fillText(t.jwt, { alg }) })),
        ]}
        {...field('userinfoAlg')}
      />
      <RadioField
        label={t.claims}
        choices={[
          { value: 'no', label: t.claimsNo, hint: t.claimsNoHint },
          { value: 'yes', label: t.claimsYes, hint: t.claimsYesHint },
        ]}
        {...field('claimsInIdToken')}
      />
      <h2>{t.signing}</h2>
      <RadioField
        label={t.factors}
        choices={[
          { value: 'one', label: t.one, hint: t.oneHint },
          { value: 'two', label: t.two, hint: t.twoHint },
        ]}
        {...field('factors')}
      />
      <Field label={t.backchannel} hint={t.backchannelHint} {...field('backchannelLogoutUri')} />
      <Field label={t.frontchannel} hint={t.frontchannelHint} {...field('frontchannelLogoutUri')} />
      <Field label={t.initiate} hint={t.initiateHint} {...field('initiateLoginUri')} />
      {decides && !isPublic && (
        <RadioField
          label="PKCE"
          choices={[
            { value: 'required', label: t.required, hint: t.requiredHint },
            { value: 'optional', label: t.optional, hint: t.optionalHint },
          ]}
          {...field('pkce')}
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
  const field = fieldIn({ form, problems })
  return (
    <Fold title={t.identifiers} names={identifierFields} form={form} problems={problems}>
      <RadioField
        label={t.subject}
        choices={[
          { value: 'public', label: t.public, hint: t.publicHint },
          { value: 'pairwise', label: t.pairwise, hint: t.pairwiseHint },
        ]}
        {...field('subjectType')}
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
      <Field label={t.sectorUri} hint={t.sectorUriHint} {...field('sectorIdentifierUri')} />
      {decides && <Field label={t.sector} hint={t.sectorHint} {...field('sectorIdentifier')} />}
    </Fold>
  )
}
