import type { Counts } from './counting/counts.ts'

/** Dollars a million, beyond what the Workers Paid plan includes: Cloudflare's pages of November 2026. Only a read of KV is cheap. */
const dollars = { request: 0.3, rowRead: 0.001, rowWritten: 1, kvRead: 0.5, kvOther: 5 }

type Priced = Pick<Counts, 'rowsRead' | 'rowsWritten' | 'kvReads' | 'kvCalls'> & { readonly requests: number }

/** Dollars that a million of a flow cost, besides CPU and what stays stored. */
export function priceOf({ requests, rowsRead, rowsWritten, kvReads, kvCalls }: Priced): number {
  return (
    requests * dollars.request +
    rowsRead * dollars.rowRead +
    rowsWritten * dollars.rowWritten +
    kvReads * dollars.kvRead +
    (kvCalls - kvReads) * dollars.kvOther
  )
}
