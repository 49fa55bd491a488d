import { timingSafeEqual } from 'node:crypto'

/**
 * Whether two texts are the same, in a time that does not tell how much of them is: for every MAC, code and token that somebody
 * presents (ASVS 11.2.4).
 */
export function isEqual(presented: string, expected: string): boolean {
  const [left, right] = [Buffer.from(presented), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}
