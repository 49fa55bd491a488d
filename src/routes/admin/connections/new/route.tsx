import { addConnection } from '../../../../acts/sign-in/connections.ts'
import { lookAtProvider } from '../../../../acts/sign-in/look-at-provider.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { redirectUriOf } from '../../../../http/openid/provider-calling.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { say, sayAll } from '../../../../http/problems.ts'
import { asking, doingOf, type OwnForm, type Shown } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { type ConnectionKind, connectionKinds } from '../../../../rules/sign-in/connection.ts'
import { presets } from '../../../../rules/sign-in/presets.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { sealProviderSecret } from '../../../../secrets/sign-in/provider-secret.ts'
import { read } from '../../../../store/database.ts'
import { listConnections } from '../../../../store/sign-in/connections.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../../ui/forms/fields.tsx'
import { fillText } from '../../../../ui/words/fill.tsx'
import { formProblems } from '../../form.ts'
import { ConnectionPage } from '../connection/page.tsx'
import {
  type ConnectionForm,
  connectionFields,
  newConnectionForm,
  parseConnectionForm,
  readConnectionForm,
} from '../form.ts'
import { KindsPage } from '../kinds-page.tsx'
import { conflictProblems, findSecretProblem } from '../problems.ts'

type ConnectionContext = Context<'admin' | 'connections' | 'problems'>

/** /admin/connections/new: the kind first, then the form. */
export const { get, post } = asking({ kept: ['kind', ...connectionFields], ask, act: add })

async function ask(c: ConnectionContext, session: Session, { typed, problem }: Shown): Promise<Response> {
  const kind = kindIn(typed ?? new URL(c.req.url).searchParams)
  if (kind === undefined) return showPage(c, <KindsPage site={siteFor(c, session)} />)
  const form =
    typed === undefined ? newConnectionForm(kind, await freeId(c, kind)) : readConnectionForm(typed)
  return showNew(c, session, kind, form, formProblems(problem))
}

function kindIn(pairs: URLSearchParams): ConnectionKind | undefined {
  return connectionKinds.find((kind) => kind === pairs.get('kind'))
}

/** The name of the kind, or with the first number that is free. */
async function freeId(c: Context, kind: ConnectionKind): Promise<string> {
  const { all } = await read(c.env.DB, { all: listConnections(c.env.DB) })
  const isFree = (id: string) => all.every((other) => other.id !== id)
  const numbered = all.map((_, i) => `${kind}-${i + 2}`)
  return [kind, ...numbered].find(isFree) ?? kind
}

async function add(c: ConnectionContext, form: OwnForm): Promise<Response> {
  const { session, pairs } = form
  const kind = kindIn(pairs)
  if (kind === undefined) return showPage(c, <KindsPage site={siteFor(c, session)} />, 400)
  const typed = readConnectionForm(pairs)
  const parsed = parseConnectionForm(typed, kind, undefined, c.var.issuer)
  const secret = (pairs.get('client_secret') ?? '').trim()
  const method = 'problems' in parsed ? presets[kind].method : parsed.settings.auth.method
  const wrongSecret = await findSecretProblem(secret, method)
  const problems = [
    ...('problems' in parsed ? sayAll(c, parsed.problems) : []),
    ...(wrongSecret === undefined ? [] : [{ field: 'client_secret', text: say(c, wrongSecret) }]),
  ]
  if ('problems' in parsed || problems.length > 0) return showNew(c, session, kind, typed, problems)
  const t = siteFor(c, session).texts.connections.form
  const looked = parsed.issuer === undefined ? undefined : await lookAtProvider(parsed.issuer, c.var.issuer)
  if (looked?.metadata === undefined && looked?.otherIssuer !== undefined) {
    const text = fillText(t.otherIssuer, { issuer: looked.otherIssuer.slice(0, 300) })
    return showNew(c, session, kind, typed, [{ field: 'issuer', text }])
  }
  const { domains, id, settings, ...rest } = parsed
  const { claims } = presets[kind]
  const sealedSecret =
    method === 'private_key_jwt'
      ? undefined
      : await sealProviderSecret(c.var.config.keyEncryptionSecret, id, secret)
  const made = { ...rest, id, kind, sealedSecret, settings: { ...settings, claims, groups: [], roles: [] } }
  const outcome = await addConnection(doingOf(c, form), made, domains)
  if (typeof outcome === 'object')
    return showNew(c, session, kind, typed, conflictProblems(t, outcome, parsed.domains))
  if (outcome !== 'saved') return showNothing(c, session)
  return c.redirect(pathWith(c.var.paths.adminConnection(id), { saved: 'connection_added' }), 303)
}

function showNew(
  c: ConnectionContext,
  session: Session,
  kind: ConnectionKind,
  form: ConnectionForm,
  problems: readonly Problem[],
) {
  const page = (
    <ConnectionPage
      site={siteFor(c, session)}
      kind={kind}
      seenAt={undefined}
      form={form}
      redirectUri={redirectUriOf(c, form)}
      attempt={makeAttempt()}
      problems={problems}
    />
  )
  return showPage(c, page, problems.length === 0 ? 200 : 400)
}
