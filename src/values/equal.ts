import { timingSafeEqual } from 'node:crypto'

/** Whether two texts are equal, in constant time: for every presented MAC, code and token (ASVS 11.2.4). */
export function isEqual(presented: string, expected: string): boolean {
  const [left, right] = [Buffer.from(presented), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}
