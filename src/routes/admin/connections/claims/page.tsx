import type { Provided } from '../../../../rules/sign-in/provider-claims.ts'
import { Fact, FactLines, Facts } from '../../../../ui/facts.tsx'
import { Field, type Problem } from '../../../../ui/forms/fields.tsx'
import { FormPage } from '../../../../ui/forms/form-page.tsx'
import type { Site } from '../../../../ui/site.ts'
import type { ClaimsForm } from './form.ts'

export interface ClaimsPageProps {
  readonly site: Site<'admin' | 'connections'>
  readonly connection: { readonly id: string; readonly name: string }
  /** The version that the form is based on. */
  readonly seenAt: number
  readonly form: ClaimsForm
  /** The answer to try: JSON. */
  readonly sample: string
  /** The result of it; undefined when none was asked for. */
  readonly preview: MappedClaims | undefined
  readonly attempt: string
  readonly problems: readonly Problem[]
  /** Above the form. */
  readonly notice: string | false
}

export function ConnectionClaimsPage(props: ClaimsPageProps) {
  const { site, connection, seenAt, form, sample, preview, attempt, problems, notice } = props
  const t = site.texts.connections.claims
  const field = (name: keyof ClaimsForm) => ({ name, value: form[name], problems })
  return (
    <FormPage
      site={site}
      title={t.title}
      back={{ href: site.paths.adminConnection(connection.id), name: connection.name }}
      action={site.paths.connectionClaims(connection.id)}
      attempt={attempt}
      problems={problems}
      hidden={{ seen: seenAt }}
      above={
        <>
          {notice && <p class="notice">{notice}</p>}
          <p>{t.text}</p>
          {preview !== undefined && <Preview site={site} {...preview} />}
        </>
      }
      buttons={
        <button type="submit" name="act" value="preview" class="secondary">
          {t.preview}
        </button>
      }
    >
      <Field label={t.subject} hint={t.subjectHint} required {...field('subject')} />
      <Field label={t.username} hint={t.usernameHint} required {...field('username')} />
      <Field label={t.name} required {...field('name')} />
      <Field label={t.email} required {...field('email')} />
      <Field label={t.emailVerified} hint={t.emailVerifiedHint} {...field('email_verified')} />
      <Field label={t.groups} hint={t.groupsHint} {...field('groups')} />
      <Field label={t.groupMap} hint={t.groupMapHint} rows={3} {...field('group_map')} />
      <Field label={t.roleMap} hint={t.roleMapHint} rows={3} {...field('role_map')} />
      <Field label={t.sample} hint={t.sampleHint} rows={6} name="sample" value={sample} problems={problems} />
    </FormPage>
  )
}

/** An answer of a provider as it is understood here. */
export interface MappedClaims {
  /** Undefined without a usable identifier. */
  readonly provided: Provided | undefined
  /** Whether the address counts as confirmed here. */
  readonly isConfirmed: boolean
  /** Groups here. */
  readonly groups: readonly string[]
  readonly role: string | undefined
}

export function Preview({
  site,
  provided,
  isConfirmed,
  groups,
  role,
}: { readonly site: Site<'connections'> } & MappedClaims) {
  const t = site.texts.connections.claims
  return (
    <section>
      <h2>{t.result}</h2>
      {provided === undefined ? (
        <p class="notice">{t.noSubject}</p>
      ) : (
        <Facts>
          <Fact name={t.subject}>
            <code>{provided.subject}</code>
          </Fact>
          <Fact name={t.username}>
            <bdi>{provided.username ?? t.missing}</bdi>
          </Fact>
          <Fact name={t.name}>
            <bdi>{provided.name ?? t.missing}</bdi>
          </Fact>
          <Fact name={t.email}>
            <bdi>{provided.email ?? t.missing}</bdi>{' '}
            {provided.email !== undefined && (
              <span class="tag">{isConfirmed ? t.confirmed : t.notConfirmed}</span>
            )}
          </Fact>
          <FactLines name={t.groups} values={provided.groups ?? []} />
          <Fact name={t.groupMap}>
            <bdi>{groups.length === 0 ? t.noGroups : groups.join(', ')}</bdi>
          </Fact>
          <Fact name={t.role}>{role ?? t.noRole}</Fact>
        </Facts>
      )}
    </section>
  )
}
