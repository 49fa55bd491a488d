/** The ranges that a chart can show, in days; today is the last of them. */
export const chartRanges = [14, 30, 90] as const
export type ChartRange = (typeof chartRanges)[number]

/** Daily counts are kept this long. */
export const mostChartedDays = 90

/** The range in the URL, or the shortest one. */
export function parseChartRange(asked: string | undefined): ChartRange {
  return chartRanges.find((days) => String(days) === asked) ?? chartRanges[0]
}

/** The smallest number of the series 1, 2, 5, 10, 20, 50 … that is at least `most`: the top of an axis. At least 1. */
export function topOfAxis(most: number): number {
  let power = 1
  while (power * 10 < most) power *= 10
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= most) ?? power * 10
}
