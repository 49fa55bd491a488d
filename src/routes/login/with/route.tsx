import { createHash } from 'node:crypto'
import type { Context } from '../../../http/context.ts'
import { readPageForm } from '../../../http/form-body.ts'
import { isOwnForm } from '../../../http/form-token.ts'
import { keepAttempt } from '../../../http/openid/provider-attempts.ts'
import { findProvider, redirectUriOf } from '../../../http/openid/provider-calling.ts'
import { showFailed, showOff } from '../../../http/openid/provider-failed.ts'
import { rulesOf } from '../../../http/openid/purposes.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { readAuthorizationRequest } from '../../../http/requests/asked.ts'
import { outdatedText } from '../../../http/sign-in/outdated-form.ts'
import { noteUse, visitorQuery } from '../../../http/sign-in/session.ts'
import {
  type Demands,
  demandsOf,
  freshSignIn,
  providerRequestUrl,
} from '../../../rules/openid/provider-request.ts'
import type { Connection } from '../../../rules/sign-in/connection.ts'
import { parseNextPath } from '../../../rules/sign-in/next-path.ts'
import { type Purpose, purposeOf } from '../../../rules/sign-in/provider-attempt.ts'
import { makeAttemptAt } from '../../../secrets/sign-in/provider-attempt.ts'
import { read } from '../../../store/database.ts'
import { findConnection } from '../../../store/sign-in/connections.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { ProviderPage } from './page.tsx'

interface Wish {
  readonly next: string
  readonly purpose: Purpose
  /** Our own page requires a new sign-in there. */
  readonly again: boolean
  /** An address that the person typed here: for their name there. */
  readonly hint: string | undefined
}

/** GET /login/with/{connection}?next=…&purpose=…: one button. It changes nothing, wherever the link came from. */
export async function get(c: Context): Promise<Response> {
  const { next = '', purpose, again, hint } = c.req.query()
  const wish = { next, purpose: purposeOf(purpose), again: again !== undefined, hint }
  return withConnection(c, wish, (connection, session) => show(c, connection, session, wish))
}

/** POST /login/with/{connection}: next, purpose, again. Redirects to the provider. */
export async function post(c: Context): Promise<Response> {
  const pairs = await readPageForm(c, undefined)
  if (pairs instanceof Response) return pairs
  const purpose = purposeOf(pairs.get('purpose') ?? undefined)
  const wish = {
    next: pairs.get('next') ?? '',
    purpose,
    again: pairs.has('again'),
    hint: pairs.get('hint') ?? undefined,
  }
  return withConnection(c, wish, (connection, session) =>
    isOwnForm(c, pairs)
      ? start(c, connection, session, wish, pairs.get('prompt') === 'none')
      : show(c, connection, session, wish, outdatedText(c)),
  )
}

/** With the connection, if it may be used for this purpose now, and the person who is signed in. */
async function withConnection(
  c: Context,
  { next, purpose }: Wish,
  then: (connection: Connection, session: Session | undefined) => Response | Promise<Response>,
): Promise<Response> {
  const { DB } = c.env
  const { connection, session } = await read(DB, {
    connection: findConnection(DB, c.req.param('connection') ?? ''),
    session: visitorQuery(c),
  })
  noteUse(c, session)
  const isOff = connection?.suspendedAt !== undefined && purpose !== 'test'
  if (connection === undefined || isOff) return showOff(c, session, next)
  return (await rulesOf[purpose].refuse(c, connection, session)) ?? then(connection, session)
}

function show(
  c: Context,
  connection: Connection,
  session: Session | undefined,
  wish: Wish,
  problem?: string,
): Response | Promise<Response> {
  const page = <ProviderPage site={siteFor(c, session)} connection={connection} {...wish} problem={problem} />
  return showPage(c, page, problem === undefined ? 200 : 403)
}

async function start(
  c: Context,
  connection: Connection,
  session: Session | undefined,
  { next, purpose, again, hint }: Wish,
  isSilent: boolean,
): Promise<Response> {
  const failed = { connection, purpose, next, again, session }
  const provider = await findProvider(c, connection)
  if (typeof provider === 'string') return showFailed(c, provider, failed)
  const demands = await demandsFor(c, next)
  const isFresh = again || rulesOf[purpose].isFresh
  const loginHint = hint?.slice(0, 256) ?? demands.loginHint
  const wanted: Demands = {
    ...demands,
    loginHint,
    ...(isFresh ? freshSignIn : isSilent ? { prompt: 'none' } : {}),
  }
  const { metadata } = provider
  const attempt = makeAttemptAt(
    {
      connectionId: connection.id,
      purpose,
      next: parseNextPath(next) ?? '',
      maxAge: metadata === undefined ? undefined : wanted.maxAge,
      userId: session?.user.id,
      arrived: undefined,
    },
    c.var.now,
  )
  if (!(await keepAttempt(c, attempt))) return showFailed(c, 'long', { ...failed, next: '' })
  const url = providerRequestUrl({
    ...wanted,
    endpoint: metadata?.authorizationEndpoint ?? connection.settings.endpoints?.authorization ?? '',
    clientId: connection.clientId,
    redirectUri: redirectUriOf(c, connection),
    scope: connection.settings.scope,
    state: attempt.id,
    codeChallenge: createHash('sha256').update(attempt.verifier).digest('base64url'),
    nonce: metadata === undefined ? undefined : attempt.nonce,
    responseMode: connection.kind === 'apple' ? 'form_post' : undefined,
  })
  return c.redirect(url, 303)
}

/** The demands of the application that waits behind `next`, if one does. */
async function demandsFor(c: Context, next: string): Promise<Demands> {
  const [path, query] = (parseNextPath(next) ?? '').split('?')
  const isPending = path === c.var.paths.authorize && query !== undefined
  const request = isPending ? await readAuthorizationRequest(c, query) : undefined
  return demandsOf(request?.asked.parameters ?? new Map())
}
