import type { NamedProblem } from './problem.ts'
import type { Seconds } from './time.ts'

const units: readonly (readonly [name: string, seconds: Seconds])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
]

export type ParsedDuration = { readonly seconds: Seconds | undefined } | { readonly problem: NamedProblem }

/** A duration as people type it: 90s, 15m, 12h, 30d; a bare number is seconds. Empty: not set. */
export function parseDuration(typed: string, least: Seconds, most: Seconds): ParsedDuration {
  const text = typed.trim().toLowerCase()
  if (text === '') return { seconds: undefined }
  const [, digits, unit = 's'] = /^([0-9]{1,9}) *([smhd])?$/.exec(text) ?? []
  if (digits === undefined) return { problem: { code: 'durationForm' } }
  const seconds = Number(digits) * (units.find(([name]) => name === unit)?.[1] ?? 1)
  return seconds >= least && seconds <= most
    ? { seconds }
    : { problem: { code: 'durationRange', least: formatDuration(least), most: formatDuration(most) } }
}

/** In the largest unit that divides it. */
export function formatDuration(seconds: Seconds): string {
  const [name, size] = units.find(([, size]) => seconds % size === 0) ?? ['s', 1]
  return `${seconds / size}${name}`
}
