export interface Counts {
  /** Round trips to D1. */
  d1Calls: number
  statements: number
  rowsRead: number
  rowsWritten: number
  /** Of KV, of whatever kind. */
  kvCalls: number
  /** What was put into KV. */
  kvBytes: number
}

export const noCounts: Readonly<Counts> = {
  d1Calls: 0,
  statements: 0,
  rowsRead: 0,
  rowsWritten: 0,
  kvCalls: 0,
  kvBytes: 0,
}
