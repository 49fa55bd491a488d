import type { PublishedMetadata } from '../../../../rules/server/resource-metadata.ts'
import { signingAlgorithms } from '../../../../rules/server/signing-keys.ts'
import { CopyBlock, copyScript } from '../../../../ui/forms/copy.tsx'
import { Field, type Problem, RadioField, SelectField } from '../../../../ui/forms/fields.tsx'
import { FormPage } from '../../../../ui/forms/form-page.tsx'
import { KeyField } from '../../../../ui/forms/key-field.tsx'
import { Saved } from '../../../../ui/saved.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill, fillText } from '../../../../ui/words/fill.tsx'
import { formatDuration } from '../../../../values/duration.ts'
import type { ApiForm } from '../form.ts'
import { Callers, type CallersProps } from './callers.tsx'
import { CheckTokens } from './check-tokens.tsx'
import type { ApiSnippet } from './snippets.ts'

export interface ApiPageProps {
  readonly site: Site<'admin'>
  /** Undefined for a new one. */
  readonly apiKey: string | undefined
  readonly form: ApiForm
  /** For access tokens, if the API sets none. */
  readonly lifetime: number
  /** To be served by the API itself; undefined for a new one, and for one whose identifier is not a URL. */
  readonly metadata: PublishedMetadata | undefined
  /** Undefined for a new one. */
  readonly snippets: readonly ApiSnippet[] | undefined
  /** False for a new one, and for one without scopes. */
  readonly callers: Omit<CallersProps, 'site'> | false
  readonly attempt: string
  readonly problems: readonly Problem[]
  /** Above the form. */
  readonly notice: string | false
  /** It was saved for the first time just now. */
  readonly isNew: boolean
}

export function ApiPage(props: ApiPageProps) {
  const { site, apiKey, form, lifetime, metadata, snippets, callers, attempt, problems, notice, isNew } =
    props
  const { paths, texts } = site
  const { shared, home } = texts.admin
  const t = texts.admin.api
  const title = apiKey === undefined ? texts.admin.apis.add : t.change
  return (
    <FormPage
      site={site}
      title={title}
      back={{ href: paths.adminApis, name: home.apis }}
      action={apiKey === undefined ? paths.newApi : paths.adminApi(apiKey)}
      attempt={attempt}
      problems={problems}
      above={
        <>
          <Saved when={isNew} what={form.name} />
          {notice && <p class="notice">{notice}</p>}
        </>
      }
      scripts={snippets === undefined ? [] : [copyScript]}
      actions={
        apiKey !== undefined && (
          <a class="button secondary" href={paths.deleteApi(apiKey)}>
            {shared.delete}
          </a>
        )
      }
      after={
        <>
          {callers !== false && <Callers site={site} {...callers} />}
          {snippets !== undefined && <CheckTokens site={site} snippets={snippets} />}
          {metadata !== undefined && <Metadata site={site} metadata={metadata} />}
        </>
      }
    >
      <KeyField
        isNew={apiKey === undefined}
        label={t.identifier}
        name="identifier"
        value={form.identifier}
        hint={t.identifierHint}
        problems={problems}
      />
      <Field label={shared.name} name="name" value={form.name} required problems={problems} />
      <Field
        label={t.lifetime}
        name="access_token_lifetime"
        value={form.access_token_lifetime}
        hint={fillText(t.lifetimeHint, { lifetime: formatDuration(lifetime) })}
        problems={problems}
      />
      <SelectField
        label={t.alg}
        name="access_token_signed_response_alg"
        value={form.access_token_signed_response_alg}
        choices={signingAlgorithms.map((value) => ({ value, label: value }))}
        hint={t.algHint}
        problems={problems}
      />
      <RadioField
        label={t.typ}
        name="access_token_typ"
        value={form.access_token_typ}
        choices={[
          { value: 'at+jwt', label: 'at+jwt', hint: t.typNewHint },
          { value: 'JWT', label: 'JWT', hint: t.typOldHint },
        ]}
        problems={problems}
      />
      <Field
        label={home.scopes}
        name="scopes"
        value={form.scopes}
        rows={5}
        hint={t.scopesHint}
        problems={problems}
      />
      <Field
        label={t.restricted}
        name="restricted_scopes"
        value={form.restricted_scopes}
        rows={3}
        hint={t.restrictedHint}
        problems={problems}
      />
      <Field
        label={t.introspectors}
        name="introspectors"
        value={form.introspectors}
        rows={3}
        hint={t.introspectorsHint}
        problems={problems}
      />
      <Field
        label={t.exchangers}
        name="exchangers"
        value={form.exchangers}
        rows={3}
        hint={t.exchangersHint}
        problems={problems}
      />
    </FormPage>
  )
}

function Metadata({
  site,
  metadata,
}: {
  readonly site: Site<'admin'>
  readonly metadata: PublishedMetadata
}) {
  const t = site.texts.admin.api
  return (
    <section>
      <h2>{t.metadata}</h2>
      <p>
        <Fill text={t.metadataText} url={<code>{metadata.url}</code>} />
      </p>
      <CopyBlock title={t.metadataJson} id="metadata" text={JSON.stringify(metadata.document, null, 2)} />
    </section>
  )
}
