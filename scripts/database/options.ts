import { type ParseArgsConfig, parseArgs } from 'node:util'
import { failUsage } from '../failure.ts'

const shared = {
  remote: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  'persist-to': { type: 'string' },
} as const

/** Options of a script that uses the local database, or with `--remote` the one in production. */
export function readOptions<O extends NonNullable<ParseArgsConfig['options']>>(own: O, usage: string) {
  try {
    return parseArgs({ options: { ...shared, ...own } }).values
  } catch (error) {
    return failUsage(error, usage)
  }
}
