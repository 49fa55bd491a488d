import type { Child } from 'hono/jsx'
import type { ConnectionKind } from '../../../../rules/sign-in/connection.ts'
import { presets } from '../../../../rules/sign-in/presets.ts'
import { CopyField, copyScript } from '../../../../ui/forms/copy.tsx'
import { CheckField, Field, type Problem, RadioField } from '../../../../ui/forms/fields.tsx'
import { FormPage } from '../../../../ui/forms/form-page.tsx'
import { KeyField } from '../../../../ui/forms/key-field.tsx'
import type { Site } from '../../../../ui/site.ts'
import { fillText } from '../../../../ui/words/fill.tsx'
import { authMethods, type ConnectionForm } from '../form.ts'
import { kindName } from '../kinds-page.tsx'

type ConnectionSite = Site<'admin' | 'connections'>

export interface ConnectionPageProps {
  readonly site: ConnectionSite
  readonly kind: ConnectionKind
  /** The version that is shown; undefined for a new one. */
  readonly seenAt: number | undefined
  readonly form: ConnectionForm
  readonly redirectUri: string
  readonly attempt: string
  readonly problems: readonly Problem[]
  /** Between the heading and the form. */
  readonly above?: Child
  readonly actions?: Child
  readonly after?: Child
}

export function ConnectionPage(props: ConnectionPageProps) {
  const { site, kind, seenAt, form, redirectUri, attempt, problems } = props
  const { paths, texts } = site
  const t = texts.connections.form
  const isNew = seenAt === undefined
  const field = (name: keyof ConnectionForm) => ({ name, value: form[name], problems })
  return (
    <FormPage
      site={site}
      isName={!isNew}
      title={isNew ? fillText(t.add, { provider: kindName(site, kind) }) : form.name}
      back={
        isNew
          ? { href: paths.newConnection, name: texts.connections.kinds.title }
          : { href: paths.adminConnections, name: texts.admin.home.connections }
      }
      action={isNew ? paths.newConnection : paths.adminConnection(form.id)}
      attempt={attempt}
      problems={problems}
      hidden={isNew ? { kind } : { seen: seenAt }}
      scripts={[copyScript]}
      above={props.above}
      actions={props.actions}
      after={props.after}
    >
      <CopyField label={t.redirect} id="redirect_uri" value={redirectUri} />
      <div class="field">
        <p class="hint">{isNew ? t.redirectText : t.redirectKept}</p>
      </div>
      <KeyField isNew={isNew} label={t.id} hint={t.idHint} {...field('id')} />
      <Field label={t.name} required {...field('name')} />
      <Provider {...props} />
      <Field label={t.clientId} hint={t.clientIdHint} required {...field('client_id')} />
      <Authentication {...props} />
      <Field label={t.scope} hint={t.scopeHint} {...field('scope')} />
      <RadioField
        label={t.signUp}
        choices={(['nobody', 'invited', 'domains', 'everybody'] as const).map((rule) => ({
          value: rule,
          label: t[rule],
          hint: t[`${rule}Hint`],
        }))}
        {...field('sign_up')}
      />
      <Field label={t.signUpDomains} hint={t.signUpDomainsHint} rows={2} {...field('sign_up_domains')} />
      <CheckField
        label={t.believesEmail}
        hint={t.believesEmailHint}
        name="believes_email"
        checked={form.believes_email === 'yes'}
      />
      <CheckField
        label={t.believesAcr}
        hint={t.believesAcrHint}
        name="believes_acr"
        checked={form.believes_acr === 'yes'}
      />
      <Field label={t.homes} hint={t.homesHint} rows={2} {...field('domains')} />
      <Field label={t.enforced} hint={t.enforcedHint} rows={2} {...field('enforced_domains')} />
    </FormPage>
  )
}

/** Its issuer, or its endpoints. */
function Provider({ site, kind, seenAt, form, problems }: ConnectionPageProps) {
  const t = site.texts.connections.form
  const isNew = seenAt === undefined
  const field = (name: keyof ConnectionForm) => ({ name, value: form[name], problems })
  if (presets[kind].issuer !== undefined) {
    const isTenant = isNew && kind === 'microsoft'
    return (
      <KeyField
        isNew={isNew}
        label={isTenant ? t.tenant : t.issuer}
        hint={isTenant ? t.tenantHint : t.issuerHint}
        {...field('issuer')}
      />
    )
  }
  return (
    <>
      <Field label={t.authorization} required {...field('authorization_endpoint')} />
      <Field label={t.token} required {...field('token_endpoint')} />
      <Field label={t.user} hint={t.userHint} required {...field('user_endpoint')} />
      <Field label={t.emails} hint={t.emailsHint} {...field('emails_endpoint')} />
    </>
  )
}

function Authentication({ site, kind, seenAt, form, problems }: ConnectionPageProps) {
  const t = site.texts.connections.form
  const field = (name: keyof ConnectionForm) => ({ name, value: form[name], problems })
  const isApple = kind === 'apple'
  return (
    <>
      {isApple ? (
        <>
          <Field label={t.team} required {...field('team_id')} />
          <Field label={t.keyId} required {...field('key_id')} />
        </>
      ) : (
        <RadioField
          label={t.auth}
          choices={authMethods.map((method) => ({
            value: method,
            label: method,
            hint:
              method === 'private_key_jwt'
                ? fillText(t.authKey, { url: `${site.issuer}${site.paths.jwks}` })
                : method === 'client_secret_post'
                  ? t.authPost
                  : t.authBasic,
          }))}
          {...field('auth_method')}
        />
      )}
      {seenAt === undefined && <SecretField site={site} isApple={isApple} problems={problems} />}
    </>
  )
}

interface SecretFieldProps {
  readonly site: ConnectionSite
  readonly isApple: boolean
  readonly problems: readonly Problem[]
}

/** Always empty: a secret is never shown. */
export function SecretField({ site, isApple, problems }: SecretFieldProps) {
  const t = site.texts.connections.form
  return isApple ? (
    <Field label={t.key} hint={t.keyHint} name="client_secret" rows={6} problems={problems} />
  ) : (
    <Field
      label={t.secret}
      hint={t.secretHint}
      name="client_secret"
      type="password"
      autocomplete="off"
      problems={problems}
    />
  )
}

/** Links to the other pages of a connection: the address and the words of each. */
export function ConnectionLinks({
  links,
}: {
  readonly links: readonly (readonly [href: string, text: string] | false)[]
}) {
  return (
    <>
      {links.map(
        (link) =>
          link && (
            <a class="button secondary" href={link[0]}>
              {link[1]}
            </a>
          ),
      )}
    </>
  )
}
