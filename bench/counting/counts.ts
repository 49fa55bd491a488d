export interface Counts {
  /** Round trips to D1. */
  d1Calls: number
  statements: number
  rowsRead: number
  rowsWritten: number
  /** KV calls of any kind. */
  kvCalls: number
  /** Those that only read one key: all others cost ten times as much. */
  kvReads: number
  /** Bytes written to KV. */
  kvBytes: number
}

export const noCounts: Readonly<Counts> = {
  d1Calls: 0,
  statements: 0,
  rowsRead: 0,
  rowsWritten: 0,
  kvCalls: 0,
  kvReads: 0,
  kvBytes: 0,
}
