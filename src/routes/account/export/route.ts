import { noteExport } from '../../../acts/people/own-profile.ts'
import type { Context } from '../../../http/context.ts'
import { readForViewer, stepUp } from '../../../http/sign-in/require-session.ts'
import { type Page, read } from '../../../store/database.ts'
import { type Exported, type ExportedList, exportedLists } from '../../../store/people/account-export.ts'
import { findKeptLanguage } from '../../../store/people/languages.ts'
import { findClaimsSubject } from '../../../store/people/profiles.ts'

/** Rows in memory at a time. */
const chunk = 2000

/** Reads of one list. D1 answers 50 queries per request on the free plan; the export says so when a list is longer. */
const mostChunks = 8

/** GET /account/export: all data about a person, as one JSON file, written while it is read. */
export async function get(c: Context): Promise<Response> {
  const answer = await readForViewer(c, (DB, viewer) => ({
    subject: findClaimsSubject(DB, viewer),
    language: findKeptLanguage(DB, viewer),
  }))
  if (answer instanceof Response) return answer
  const { session, found } = answer
  // All data about a person in one file needs a fresh proof: ASVS 5.0 §7.5.3.
  const proven = stepUp(c, session)
  if (proven instanceof Response) return proven
  const { id, role, createdAt } = session.user
  const account = { sub: id, role, created_at: createdAt, language: found.language, ...found.subject }
  const { now, reference } = c.var
  await noteExport({ db: c.env.DB, reference, now }, id)
  const parts = writeExport(c.env.DB, id, { exported_at: c.var.now, issuer: c.var.issuer, account })
  c.header('Content-Type', 'application/json; charset=utf-8')
  c.header('Content-Disposition', 'attachment; filename="account.json"')
  c.header('Cache-Control', 'no-store')
  return c.body(streamOf(parts))
}

async function* writeExport(db: D1Database, userId: string, head: object): AsyncGenerator<string> {
  // Without its last brace: the lists follow.
  yield JSON.stringify(head, undefined, 1).slice(0, -2)
  const shortened: string[] = []
  for (const [name, list] of Object.entries(exportedLists)) {
    yield `,\n "${name}": [`
    let after: string | undefined = ''
    for (let chunks = 0; chunks < mostChunks && after !== undefined; chunks++) {
      const { items, next } = await readChunk(db, list, userId, after)
      const rows = items.map((row) => `\n  ${JSON.stringify(row)}`).join(',')
      yield chunks === 0 || rows === '' ? rows : `,${rows}`
      after = next
    }
    if (after !== undefined) shortened.push(name)
    yield ']'
  }
  yield `,\n "shortened_lists": ${JSON.stringify(shortened)}\n}\n`
}

async function readChunk(
  db: D1Database,
  list: ExportedList,
  userId: string,
  after: string,
): Promise<Page<Exported>> {
  return (await read(db, { rows: list(db, userId, after, chunk) })).rows
}

/** Continues reading when the browser has taken the data so far. */
function streamOf(parts: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await parts.next()
      if (done === true) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await parts.return(undefined)
    },
  })
}
