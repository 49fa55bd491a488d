import { changeConnection } from '../../../../acts/sign-in/connections.ts'
import { lookAtProvider } from '../../../../acts/sign-in/look-at-provider.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { keepUndo, undoLink } from '../../../../http/kept-fields.ts'
import { redirectUriOf } from '../../../../http/openid/provider-calling.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { sayAll } from '../../../../http/problems.ts'
import { asking, doingOf, formToShow, type OwnForm, type Shown } from '../../../../http/sign-in/asking.ts'
import { pathConnection } from '../../../../http/sign-in/path-connection.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import type { Connection } from '../../../../rules/sign-in/connection.ts'
import { discoveryUrl } from '../../../../rules/sign-in/provider-metadata.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../../ui/forms/fields.tsx'
import { Saved } from '../../../../ui/saved.tsx'
import { formProblems } from '../../form.ts'
import { savedText } from '../../saved-text.ts'
import {
  type ConnectionForm,
  connectionFields,
  connectionForm,
  parseConnectionForm,
  readConnectionForm,
  writeConnectionForm,
} from '../form.ts'
import { conflictProblems } from '../problems.ts'
import { Discovery } from './discovery.tsx'
import { ConnectionLinks, ConnectionPage } from './page.tsx'

type ConnectionContext = Context<'admin' | 'connections' | 'problems'>

/** /admin/connections/{id} */
export const { get, post } = asking({ kept: ['seen', ...connectionFields], ask, act: save })

async function ask(c: ConnectionContext, session: Session, shown: Shown): Promise<Response> {
  const { known, domains } = await pathConnection(c)
  if (known === undefined) return showNothing(c, session)
  const saved = connectionForm(known, domains)
  const { form, problem, notice } = formToShow(c, session, shown, {
    saved,
    written: writeConnectionForm(saved),
    read: (typed) => merged(readConnectionForm(typed), saved),
    texts: siteFor(c, session).texts.admin.shared,
  })
  const seen = shown.typed?.get('seen')
  return show(c, session, known, { form, problems: formProblems(problem), notice, seen })
}

/** Id and issuer never change. */
function merged(typed: ConnectionForm, { id, issuer }: ConnectionForm): ConnectionForm {
  return { ...typed, id, issuer }
}

async function save(c: ConnectionContext, form: OwnForm): Promise<Response> {
  const { session, pairs } = form
  const { known, domains: homes } = await pathConnection(c)
  if (known === undefined) return showNothing(c, session)
  const before = connectionForm(known, homes)
  const typed = merged(readConnectionForm(pairs), before)
  const seen = pairs.get('seen')
  const parsed = parseConnectionForm(typed, known.kind, known, c.var.issuer)
  if ('problems' in parsed)
    return show(c, session, known, { form: typed, problems: sayAll(c, parsed.problems), seen })
  const { id, name, clientId, domains, settings } = parsed
  const { claims, groups, roles } = known.settings
  const edit = { id, name, clientId, settings: { ...settings, claims, groups, roles } }
  const outcome = await changeConnection(doingOf(c, form), edit, domains, Number(seen))
  if (typeof outcome === 'object') {
    const problems = conflictProblems(c.var.texts.connections.form, outcome, domains)
    return outcome.isOutdated
      ? show(c, session, known, { form: before, problems })
      : show(c, session, known, { form: typed, problems, seen })
  }
  const after = await pathConnection(c)
  if (outcome !== 'saved' || after.known === undefined) return showNothing(c, session)
  const now = connectionForm(after.known, after.domains)
  const undo = keepUndo(c, session, before, now, writeConnectionForm)
  return c.redirect(pathWith(c.var.paths.adminConnections, { saved: id, ...undo }), 303)
}

interface ShownForm {
  readonly form: ConnectionForm
  readonly problems: readonly Problem[]
  readonly notice?: string | false
  /** The version that the form is based on, if it is not the current one. */
  readonly seen?: string | null | undefined
}

async function show(
  c: ConnectionContext,
  session: Session,
  known: Connection,
  { form, problems, notice = false, seen }: ShownForm,
) {
  const site = siteFor(c, session)
  const { id, issuer, kind, settings, sealedSecret, suspendedAt, updatedAt } = known
  const saved = problems.length > 0 || notice !== false ? undefined : c.req.query('saved')
  const { form: t, pages, suspend } = site.texts.connections
  const { paths } = c.var
  const hasSecret = settings.auth.method !== 'private_key_jwt'
  const looked = issuer === undefined ? undefined : await lookAtProvider(issuer, c.var.issuer)
  const page = (
    <ConnectionPage
      site={site}
      kind={kind}
      seenAt={Number(seen ?? updatedAt)}
      form={form}
      redirectUri={redirectUriOf(c, { id })}
      attempt={makeAttempt()}
      problems={problems}
      actions={
        <ConnectionLinks
          links={[
            [paths.testConnection(id), pages.test],
            [paths.connectionClaims(id), pages.claims],
          ]}
        />
      }
      above={
        <>
          <Saved
            when={saved !== undefined}
            text={saved === 'connection_added' ? t.added : savedText(site, saved)}
            what={saved === 'connection_added' ? undefined : known.name}
            undo={saved && undoLink(c, paths.connectionClaims(id))}
          />
          {notice && <p class="notice">{notice}</p>}
          {suspendedAt !== undefined && <p class="notice">{pages.button}</p>}
          {sealedSecret === undefined && hasSecret && <p class="notice">{t.unopened}</p>}
        </>
      }
      after={
        <>
          {issuer !== undefined && (
            <Discovery
              site={site}
              url={discoveryUrl(issuer)}
              metadata={looked?.metadata}
              logoutUri={`${c.var.issuer}${paths.loginWithLogout(id)}`}
            />
          )}
          <p class="actions">
            <ConnectionLinks
              links={[
                hasSecret && [paths.connectionSecret(id), pages.secret],
                [paths.suspendConnection(id), suspendedAt === undefined ? suspend.suspend : suspend.resume],
                [paths.deleteConnection(id), site.texts.connections.delete.title],
              ]}
            />
          </p>
        </>
      }
    />
  )
  return showPage(c, page, problems.length === 0 ? 200 : 400)
}
