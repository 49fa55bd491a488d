import { type Sql, sql } from './sql.ts'

/** The origin of something that is counted: hashes of its address block, and of the site around it (the /48 of IPv6). */
export interface NetworkOrigin {
  readonly block: string
  readonly site: string
}

/** As one text, whose index counts both. */
export function originText({ block, site }: NetworkOrigin): string {
  return `${site}.${block}`
}

/** A site may have ten times as much as a block: many people share one, and anybody can rent one. */
const blocksOfSite = 10

/**
 * Whether fewer than `most` rows came from the block, and fewer than ten times as many from its site. `rows` is the table with
 * the other conditions on a counted row, up to its WHERE's last AND.
 */
export function hasRoom(rows: Sql, { block, site }: NetworkOrigin, most: number): Sql {
  const mostOfSite = most * blocksOfSite
  // The slash follows the dot: between them are all texts that begin with the site.
  return sql`(SELECT count(*) FROM (SELECT 1 FROM ${rows} AND origin = ${originText({ block, site })} LIMIT ${most})) < ${most}
    AND (SELECT count(*) FROM (SELECT 1 FROM ${rows} AND origin > ${`${site}.`} AND origin < ${`${site}/`} LIMIT ${mostOfSite})) < ${mostOfSite}`
}
