import { Field, type Problem } from '../../../../ui/forms/fields.tsx'
import { FormPage } from '../../../../ui/forms/form-page.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'

export interface NewPasskeyPageProps {
  readonly site: Site<'account'>
  readonly name: string
  readonly next: string | undefined
  /** For the script, which passes them to the browser. */
  readonly options: unknown
  readonly attempt: string
  readonly problems: readonly Problem[]
  /** They came here because nothing else can prove that it is them. */
  readonly first?: { readonly provider: string; readonly next: string | undefined } | undefined
}

export function NewPasskeyPage({ site, name, next, options, attempt, problems, first }: NewPasskeyPageProps) {
  const t = site.texts.account.passkeys
  return (
    <FormPage
      site={site}
      title={t.add}
      back={{ href: site.paths.passkeys, name: t.title }}
      action={site.paths.newPasskey}
      attempt={attempt}
      submit={t.add}
      width="narrow"
      scripts={['/passkeys/add.js']}
      problems={problems}
      below={
        <>
          {first !== undefined && (
            <p>
              <Fill text={t.first} provider={<Name>{first.provider}</Name>} />{' '}
              <a href={`${site.paths.login}?${new URLSearchParams({ next: first.next ?? '', again: '' })}`}>
                {t.orPassword}
              </a>
            </p>
          )}
          <noscript>
            <p class="problem">{t.noScript}</p>
          </noscript>
          <p class="problem" id="unable" hidden>
            {t.unable}
          </p>
        </>
      }
      // The script shows the form when it is usable: without a script it would do nothing.
      form={{
        id: 'passkey',
        'data-options': JSON.stringify(options),
        'data-known': t.known,
        'data-none': t.none,
        hidden: true,
      }}
      hidden={{ credential: '', next }}
    >
      <Field label={t.name} name="name" value={name} hint={t.nameHint} required problems={problems} />
    </FormPage>
  )
}
