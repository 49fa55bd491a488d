/** The smallest number of the series 1, 2, 5, 10, 20, 50 … that is at least `most`: the top of an axis. At least 1. */
export function topOfAxis(most: number): number {
  let power = 1
  while (power * 10 < most) power *= 10
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= most) ?? power * 10
}
