/** The ranges that a chart can show, in days; today is the last of them. */
export const chartRanges = [14, 30, 90] as const
export type ChartRange = (typeof chartRanges)[number]

/** Daily counts are kept this long. */
export const mostChartedDays = 90

/** The range in the URL, or the shortest one. */
export function parseChartRange(asked: string | undefined): ChartRange {
  return chartRanges.find((days) => String(days) === asked) ?? chartRanges[0]
}
