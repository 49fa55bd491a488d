/** The smallest sample that is not exceeded by at least the share `q` of all samples (nearest rank). NaN without samples. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN
}

/** The middle sample, or the mean of the two in the middle. NaN without samples. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const low = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN
  const high = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  return (low + high) / 2
}

/** The cost of one thing as a multiple of another. */
export interface Ratio {
  readonly median: number
  /** The smallest and the largest over the rounds: a measure of how reliable the median is. */
  readonly low: number
  readonly high: number
}

/**
 * Compares two series round by round. Both figures of a round were measured right after each other, so a slow machine affects
 * both.
 */
export function ratioOf(costs: readonly number[], units: readonly number[]): Ratio {
  const ratios = costs.flatMap((cost, round) => {
    const unit = units[round]
    return unit === undefined || unit <= 0 || !Number.isFinite(cost) ? [] : [cost / unit]
  })
  return { median: median(ratios), low: quantile(ratios, 0), high: quantile(ratios, 1) }
}

/** Three significant digits, for people. */
export function rounded(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (value === 0) return '0'
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(decimals, 3))
}
