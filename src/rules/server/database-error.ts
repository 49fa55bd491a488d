/**
 * D1 errors after which a statement may have been lost, so that it is worth sending once more
 * (https://developers.cloudflare.com/d1/observability/debug-d1/). All others are final: an overload, a timeout or a lack of
 * memory needs fewer requests, and SQLite would refuse the same statement again.
 */
const lost =
  /network connection lost|storage caused object to be reset|reset because its code was updated|cannot resolve d1 db|client disconnected/i

/** Searches the message, whatever surrounds it. */
export function mayBeLost(error: string): boolean {
  return lost.test(error)
}

/** Whether the database needs fewer requests. */
export function isOverloaded(error: string): boolean {
  return /overloaded|too many requests queued|exceeded timeout|exceeded its cpu|exceeded its memory/i.test(
    error,
  )
}
