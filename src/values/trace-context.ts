const shape = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/

/**
 * The trace id of a `traceparent` header, W3C Trace Context §3.2. Undefined when it is malformed: a caller chooses it, and it
 * is written to the log.
 */
export function parseTraceId(traceparent: string | undefined): string | undefined {
  const [, version, traceId, parentId, more] = shape.exec(traceparent ?? '') ?? []
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined
  return isZero(traceId) || isZero(parentId) ? undefined : traceId
}

function isZero(id: string | undefined): boolean {
  return id === undefined || /^0+$/.test(id)
}
