import type { Context } from '../../../../http/context.ts'
import { readTestAnswer } from '../../../../http/openid/test-answer.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { read } from '../../../../store/database.ts'
import { findConnection } from '../../../../store/sign-in/connections.ts'
import { mapClaims } from '../claims/map.ts'
import { TestConnectionPage } from './page.tsx'

/** GET /admin/connections/{id}/test?answer=…: begins a test, and shows the answer to one. */
export async function get(c: Context<'admin' | 'connections'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { DB } = c.env
  const { known } = await read(DB, { known: findConnection(DB, c.req.param('connection') ?? '') })
  if (known === undefined) return showNothing(c, session)
  const claims = await readTestAnswer(c, session, known.id)
  const page = (
    <TestConnectionPage
      site={siteFor(c, session)}
      connection={known}
      answerId={c.req.query('answer')}
      answer={
        claims && { json: JSON.stringify(claims, undefined, 2), mapped: mapClaims(claims, known.settings) }
      }
    />
  )
  return showPage(c, page)
}
