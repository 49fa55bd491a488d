import { assertionAlgorithms } from '../../../rules/clients/credentials.ts'
import {
  contentEncryptions,
  type Encryptable,
  encryptable,
  encryptables,
  keyEncryptions,
} from '../../../rules/encryption.ts'
import { Field, RadioField, SelectField } from '../../../ui/forms/fields.tsx'
import { fillText } from '../../../ui/words/fill.tsx'
import { fieldIn } from './field.ts'
import { Fold } from './fold.tsx'
import { chosenAs, type KeyFieldsProps } from './proof-fields.tsx'

const keyFields = [
  'jwks',
  'jwks_uri',
  'keys_use',
  'token_endpoint_auth_signing_alg',
  'client_assertion_audience',
]
const encryptionFields = encryptables.flatMap((what) => [encryptable[what].alg, encryptable[what].enc])

/** The public keys of a confidential application. */
export function KeyFields({ t, form, problems }: KeyFieldsProps) {
  const field = fieldIn({ form, problems })
  return (
    <Fold title={t.keys} names={keyFields} form={form} problems={problems}>
      <p class="hint">{t.keysText}</p>
      <Field label={t.jwks} rows={4} hint={t.jwksHint} {...field('jwks')} />
      <Field label={t.jwksUri} hint={t.jwksUriHint} {...field('jwksUri')} />
      <RadioField
        label={t.keysUse}
        choices={[
          { value: 'authentication', label: t.keysAuthenticate, hint: t.keysAuthenticateHint },
          { value: 'requests', label: t.keysOnly, hint: t.keysOnlyHint },
        ]}
        {...field('keysUse')}
      />
      <SelectField
        label={t.assertionAlg}
        choices={[{ value: '', label: t.requestAlgAny }, ...assertionAlgorithms.map(chosenAs)]}
        {...field('assertionAlg')}
      />
      <RadioField
        label={t.assertionAudience}
        choices={[
          { value: 'one', label: t.oneAudience, hint: t.oneAudienceHint },
          { value: 'list', label: t.audienceList, hint: t.audienceListHint },
        ]}
        {...field('assertionAudience')}
      />
    </Fold>
  )
}

/** Settings of what is encrypted for a confidential application. Without people it only introspects. */
export function EncryptionFields({ hasPeople, ...props }: KeyFieldsProps & { readonly hasPeople: boolean }) {
  const { t, form, problems } = props
  return (
    <Fold title={t.encryption} names={encryptionFields} form={form} problems={problems}>
      <p class="hint">{t.encryptionText}</p>
      <input type="hidden" name="encryption" value="form" />
      {hasPeople && (
        <>
          <Encrypted {...props} what="idToken" label={t.encryptedIdToken} />
          <Encrypted {...props} what="userinfo" label={t.encryptedUserinfo} />
          <Encrypted {...props} what="answer" label={t.encryptedAnswer} />
        </>
      )}
      <Encrypted {...props} what="introspection" label={t.encryptedIntrospection} />
      {hasPeople && (
        <Encrypted {...props} what="request" label={t.encryptedRequest} hint={t.encryptedRequestHint} />
      )}
    </Fold>
  )
}

interface EncryptedProps extends KeyFieldsProps {
  readonly what: Encryptable
  readonly label: string
  readonly hint?: string
}

function Encrypted({ t, form, problems, what, label, ...rest }: EncryptedProps) {
  return (
    <>
      <SelectField
        label={fillText(t.encryptionKey, { what: label })}
        name={encryptable[what].alg}
        value={form[`${what}KeyEncryption`]}
        choices={[{ value: '', label: t.encryptionOff }, ...keyEncryptions.map(chosenAs)]}
        problems={problems}
        {...rest}
      />
      <SelectField
        label={fillText(t.encryptionContent, { what: label })}
        name={encryptable[what].enc}
        value={form[`${what}ContentEncryption`]}
        choices={contentEncryptions.map(chosenAs)}
        problems={problems}
      />
    </>
  )
}
