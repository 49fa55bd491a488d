/**
 * Errors of D1 after which a statement may have been lost on the way, so that it is worth sending once more
 * (https://developers.cloudflare.com/d1/observability/debug-d1/). All others stay as they are: what is overloaded, timed out or
 * out of memory asks for fewer requests, and what SQLite refuses it refuses again.
 */
const lost =
  /network connection lost|storage caused object to be reset|reset because its code was updated|cannot resolve d1 db|client disconnected/i

/** Of `Error: message`, in whatever words around it. */
export function mayBeLost(error: string): boolean {
  return lost.test(error)
}

/** Whether the database asks for fewer requests. */
export function isOverloaded(error: string): boolean {
  return /overloaded|too many requests queued|exceeded timeout|exceeded its cpu|exceeded its memory/i.test(
    error,
  )
}
