import { env } from 'cloudflare:workers'

/** Remembers every statement that is prepared. */
export function recording(statements: Set<string>): D1Database {
  return new Proxy(env.DB, {
    get(target, property) {
      if (property === 'prepare') {
        return (sql: string) => {
          statements.add(sql)
          return target.prepare(sql)
        }
      }
      const value: unknown = Reflect.get(target, property)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** Statements that scan a whole table, or sort one, with SQLite's explanation. */
export async function scansOf(statements: Iterable<string>): Promise<readonly string[]> {
  const scans: string[] = []
  for (const sql of statements) {
    const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...Array.from({ length: placeholders(sql) }, () => ''))
      .all<{ detail: string }>()
    for (const { detail } of plan.results) {
      // json_each and VALUES are parameters, reads of a subquery have a line of their own, the few signing keys and providers are
      // read as a whole, and of an index of waiting rows only its beginning. A search sorts its results, at most 1,001 people; the way it
      // finds them is checked like everything else, and `looked` is a bounded part of a list that has no index.
      if (
        sql.startsWith('WITH found AS') &&
        /^(SCAN f$|SCAN found$|SCAN looked$|USE TEMP B-TREE)/.test(detail)
      )
        continue
      // A count that stops at a limit reads the beginning of an index.
      if (/^SELECT COUNT\(\*\) AS counted FROM \(SELECT 1 FROM \w+ LIMIT \?\)$/.test(sql)) continue
      // A chart sorts the rows of 90 days, a few of each; finding them is checked like everything else.
      if (/\b(daily_tokens|event_counts)\b/.test(sql) && /^(SCAN d$|USE TEMP B-TREE)/.test(detail)) continue
      if (
        /^SCAN (?!\w+ VIRTUAL|\d+-ROW VALUES|\(subquery|(?:later_)?signing_keys|connections|CONSTANT|\w+ USING INDEX audit_events_unsealed)|TEMP B-TREE/.test(
          detail,
        )
      )
        scans.push(`${detail}: ${sql}`)
    }
  }
  return scans
}

function placeholders(sql: string): number {
  return [...sql.matchAll(/\?/g)].length
}
