export interface Counts {
  /** Round trips to D1. */
  d1Calls: number
  statements: number
  rowsRead: number
  rowsWritten: number
  /** Bytes of the rows that D1 answered, as JSON. */
  d1Bytes: number
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
  d1Bytes: 0,
  kvCalls: 0,
  kvReads: 0,
  kvBytes: 0,
}

export interface Statement {
  readonly text: string
  readonly values: readonly (string | number | boolean | null)[]
}

/** The D1 calls of a request: its batches in order, each with its statements. */
export type RoundTrips = readonly (readonly Statement[])[]
