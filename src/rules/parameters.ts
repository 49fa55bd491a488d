import { type Refusal, refuse } from './refusal.ts'

/** Request parameters, each at most once, none empty, no control characters. */
export type Parameters = ReadonlyMap<string, string>

export interface ParsedParameters {
  readonly parameters: Parameters
  /** The first problem, with its parameter; that one is left out. */
  readonly problem: ParameterProblem | undefined
}

export interface ParameterProblem {
  readonly name: string
  readonly what: 'twice' | 'control'
  /** The name comes from the caller: it is shown shortened and in plain characters (RFC 6749 §5.2 limits them). */
  readonly shown: string
  readonly refusal: Refusal
}

/** C0, DEL and C1: never valid in a parameter (RFC 6749 appendix A), and harmful in logs and headers. */
const control = /\p{Cc}/u

/**
 * Parses untrusted name-value pairs. RFC 6749 §3.1, §3.2: a parameter without a value counts as omitted, and none may be
 * repeated.
 */
export function parseParameters(pairs: Iterable<readonly [string, string]>): ParsedParameters {
  const parameters = new Map<string, string>()
  const seen = new Set<string>()
  let problem: ParsedParameters['problem']
  for (const [name, value] of pairs) {
    if (value === '') continue
    const twice = seen.has(name)
    seen.add(name)
    if (twice || control.test(value)) {
      problem ??= problemOf(name, twice ? 'twice' : 'control')
      parameters.delete(name)
    } else {
      parameters.set(name, value)
    }
  }
  return { parameters, problem }
}

function problemOf(name: string, what: ParameterProblem['what']): ParameterProblem {
  const shown = name.slice(0, 40).replace(/[^A-Za-z0-9_.-]/g, '?')
  const fault = what === 'twice' ? 'came twice' : 'contains a control character'
  return { name, what, shown, refusal: refuse('invalid_request', `The parameter ${shown} ${fault}`) }
}
