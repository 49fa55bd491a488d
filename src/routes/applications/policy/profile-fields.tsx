import { type ChosenProfile, chosenProfiles } from '../../../rules/clients/client.ts'
import { profiles, requirementsOf } from '../../../rules/profile.ts'
import { profileLabels } from '../../../rules/profile-form.ts'
import { RadioField } from '../../../ui/forms/fields.tsx'
import { fieldIn } from './field.ts'
import type { KeyFieldsProps } from './proof-fields.tsx'

/** The profile of the application, and what each one requires. */
export function ProfileFields({ t, form, problems }: KeyFieldsProps) {
  const hints: Readonly<Record<ChosenProfile, string>> = {
    'oauth-2.1': t.profileOauth,
    mcp: t.profileMcp,
    'fapi-2.0': t.profileFapi,
    'fapi-2.0-signed': t.profileSigned,
  }
  const field = fieldIn({ form, problems })
  return (
    <>
      <RadioField
        label={t.profile}
        choices={chosenProfiles.map((value) => ({
          value,
          label: <span translate="no">{profileLabels[value]}</span>,
          hint: hints[value],
        }))}
        {...field('profile')}
      />
      <details class="field">
        <summary>{t.profileRules}</summary>
        {chosenProfiles.map((profile) => (
          <>
            <p translate="no">
              <strong>{profileLabels[profile]}</strong>
            </p>
            <ul>
              {requirementsOf(profiles[profile]).map((name) => (
                <li>{t.rules[name]}</li>
              ))}
            </ul>
          </>
        ))}
      </details>
    </>
  )
}
