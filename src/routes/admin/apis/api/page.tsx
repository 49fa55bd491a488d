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
  const field = (name: keyof ApiForm) => ({ name, value: form[name], problems })
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
        hint={t.identifierHint}
        {...field('identifier')}
      />
      <Field label={shared.name} required {...field('name')} />
      <Field
        label={t.lifetime}
        hint={fillText(t.lifetimeHint, { lifetime: formatDuration(lifetime) })}
        {...field('access_token_lifetime')}
      />
      <SelectField
        label={t.alg}
        choices={signingAlgorithms.map((value) => ({ value, label: value }))}
        hint={t.algHint}
        {...field('access_token_signed_response_alg')}
      />
      <RadioField
        label={t.typ}
        choices={[
          { value: 'at+jwt', label: 'at+jwt', hint: t.typNewHint },
          { value: 'JWT', label: 'JWT', hint: t.typOldHint },
        ]}
        {...field('access_token_typ')}
      />
      <Field label={home.scopes} rows={5} hint={t.scopesHint} {...field('scopes')} />
      <Field label={t.restricted} rows={3} hint={t.restrictedHint} {...field('restricted_scopes')} />
      <Field label={t.introspectors} rows={3} hint={t.introspectorsHint} {...field('introspectors')} />
      <Field label={t.exchangers} rows={3} hint={t.exchangersHint} {...field('exchangers')} />
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
