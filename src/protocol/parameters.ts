import { type Refusal, refuse } from './refusal.ts'

/** Request parameters, each at most once, none empty, no control characters. */
export type Parameters = ReadonlyMap<string, string>

/** C0, DEL and C1: never part of a parameter that a client means (RFC 6749 appendix A), and poison in logs and headers. */
const control = /\p{Cc}/u

/**
 * Untrusted name-value pairs to parameters.
 *
 * RFC 6749 §3.1, §3.2: a parameter without a value counts as omitted, none may come twice. `resource` may (RFC 8707 §2):
 * name it in `repeatable` and read it elsewhere.
 */
export function parseParameters(pairs: Iterable<readonly [string, string]>): Parameters | Refusal {
  const parameters = new Map<string, string>()
  for (const [name, value] of pairs) {
    if (value === '') continue
    if (parameters.has(name)) return refuse('invalid_request', `The parameter ${printable(name)} came twice`)
    if (control.test(value))
      return refuse('invalid_request', `The parameter ${printable(name)} holds a control character`)
    parameters.set(name, value)
  }
  return parameters
}

/** The names are the caller's: what is repeated to it is cut and plain (RFC 6749 §5.2 limits the characters). */
function printable(name: string): string {
  return name.slice(0, 40).replace(/[^A-Za-z0-9_.-]/g, '?')
}
