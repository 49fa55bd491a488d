import { signingAlgorithms } from '../../../protocol/signing-keys.ts'
import { Field, type Problem, RadioField, SelectField } from '../../../ui/fields.tsx'
import type { PolicyForm } from './form.ts'

export interface OpenidFieldsProps {
  readonly form: PolicyForm
  readonly problems: readonly Problem[]
  /** Whether an administrator looks: some of it is for them alone. */
  readonly decides: boolean
  readonly isPublic: boolean
}

const algorithms = signingAlgorithms.map((value) => ({ value, label: value }))

const claimsPlaces = [
  { value: 'no', label: 'Userinfo only', hint: 'ID tokens stay small. The usual way.' },
  { value: 'yes', label: 'ID tokens too', hint: 'For software that never asks userinfo.' },
]

const subjectTypes = [
  { value: 'public', label: 'The same everywhere', hint: 'Applications see one identifier for a person.' },
  {
    value: 'pairwise',
    label: 'One of its own',
    hint: 'Nobody can tell from the identifier who it is in another application.',
  },
]

const factorChoices = [
  { value: 'one', label: 'What the person has set up', hint: 'A password alone, if they have nothing else.' },
  {
    value: 'two',
    label: 'Two factors, always',
    hint: 'An authenticator app, or a passkey. Whoever has none sets one up on the way. ID tokens say acr 2.',
  },
]

const pkceChoices = [
  { value: 'required', label: 'Required', hint: 'Protects against stolen and injected codes.' },
  {
    value: 'optional',
    label: 'Older OpenID Connect client (no PKCE)',
    hint: 'Only for software that can’t be updated; it should send a nonce.',
  },
]

/** What people's sign-in looks like to it. */
export function OpenidFields({ form, problems, decides, isPublic }: OpenidFieldsProps) {
  return (
    <>
      <h2>OpenID Connect</h2>
      <SelectField
        label="ID tokens are signed with"
        name="id_token_signed_response_alg"
        value={form.idTokenAlg}
        choices={algorithms}
        hint="RS256 is what every client accepts."
        problems={problems}
      />
      <SelectField
        label="Userinfo is"
        name="userinfo_signed_response_alg"
        value={form.userinfoAlg}
        choices={[
          { value: 'json', label: 'plain JSON' },
          ...signingAlgorithms.map((alg) => ({ value: alg, label: `a JWT, signed with ${alg}` })),
        ]}
        problems={problems}
      />
      <RadioField
        label="Claims about the person are in"
        name="claims_in_id_token"
        value={form.claimsInIdToken}
        choices={claimsPlaces}
        problems={problems}
      />
      <RadioField
        label="Identifier of a person (sub)"
        name="subject_type"
        value={form.subjectType}
        choices={subjectTypes}
        problems={problems}
      />
      {decides && (
        <Field
          label="Sector host"
          name="sector_identifier"
          value={form.sectorIdentifier}
          hint="Optional, for identifiers of its own: applications of one host see the same ones. Empty: the host of its redirect URIs. Give only a host that belongs to whoever owns the application. Changing it makes everybody a stranger to it."
          problems={problems}
        />
      )}
      <h2>Signing in and out</h2>
      <RadioField
        label="Signing in takes"
        name="factors"
        value={form.factors}
        choices={factorChoices}
        problems={problems}
      />
      <Field
        label="Back-channel logout URI"
        name="backchannel_logout_uri"
        value={form.backchannelLogoutUri}
        hint="Optional. We send a logout token there when somebody signs out."
        problems={problems}
      />
      <Field
        label="Front-channel logout URI"
        name="frontchannel_logout_uri"
        value={form.frontchannelLogoutUri}
        hint="Optional. The browser opens it in a hidden frame when somebody signs out."
        problems={problems}
      />
      <Field
        label="Page that starts a sign-in"
        name="initiate_login_uri"
        value={form.initiateLoginUri}
        hint="Optional. Where we can send people who want to go to the application."
        problems={problems}
      />
      {decides && !isPublic && (
        <RadioField label="PKCE" name="pkce" value={form.pkce} choices={pkceChoices} problems={problems} />
      )}
    </>
  )
}
