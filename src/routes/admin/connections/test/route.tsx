import { type Context, learn } from '../../../../http/context.ts'
import { readTestAnswer } from '../../../../http/openid/test-answer.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { pathConnection } from '../../../../http/sign-in/path-connection.ts'
import { requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { mapClaims } from '../claims/map.ts'
import { TestConnectionPage } from './page.tsx'

/** GET /admin/connections/{id}/test?answer=…: begins a test, and shows the answer to one. */
export async function get(c: Context<'admin' | 'connections'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { known } = await pathConnection(c)
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
  // Its form leads to the provider, which the policy of a page forbids. It is made by now, so that it keeps its navigation.
  learn(c, { surface: 'flow' })
  return showPage(c, page)
}
