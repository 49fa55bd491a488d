// Only the D1 round trips of a page: the statements that were recorded from it, with the same parameters, in the same batches, on
// the database that they were recorded on. The answer is a constant, by the floor's router. None of Latchkey's code is in it.
import { Hono } from 'hono'
import type { RoundTrips } from '../counting/counts.ts'

const kept = new Map<string, RoundTrips>()

async function repeat(db: D1Database, trips: RoundTrips): Promise<readonly D1Result[]> {
  const results: D1Result[] = []
  for (const trip of trips) {
    results.push(...(await db.batch(trip.map(({ text, values }) => db.prepare(text).bind(...values)))))
  }
  return results
}

const app = new Hono<{ Bindings: { readonly DB: D1Database } }>()

app.get('/:page', async (c) => {
  await repeat(c.env.DB, kept.get(c.req.param('page')) ?? [])
  return c.json({ note: 'done' })
})

/** Keeps the round trips of a page, and answers the rows that they find. */
app.post('/:page', async (c) => {
  const trips = await c.req.json<RoundTrips>()
  kept.set(c.req.param('page'), trips)
  const results = await repeat(c.env.DB, trips)
  return c.json(results.map(({ results: rows }) => rows))
})

export default app
