/**
 * The network of an address. One customer has a whole /64 of IPv6 and can use any address of it, so the /64 counts as one. An
 * IPv4 address in IPv6 notation (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) is that IPv4 address. Any other text stays unchanged.
 */
export function addressBlock(address: string): string {
  const groups = groupsOf(address)
  if (groups === undefined) return address
  return mappedAddress(groups) ?? `${groups.slice(0, 4).join(':')}::/64`
}

/**
 * The /48 around an IPv6 address: providers assign one to a site, and anybody can rent one. Undefined for IPv4, where each
 * address is scarce.
 */
export function widerBlock(address: string): string | undefined {
  const groups = groupsOf(address)
  if (groups === undefined || mappedAddress(groups) !== undefined) return undefined
  return `${groups.slice(0, 3).join(':')}::/48`
}

/** The eight groups of an IPv6 address, without leading zeros. Undefined for any other text. */
function groupsOf(address: string): readonly string[] | undefined {
  if (!address.includes(':')) return undefined
  const [bare = ''] = address.toLowerCase().split('%')
  const [head = '', tail] = hexOf(bare).split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const zeros = Array.from({ length: missing }, () => '0')
  return [...before, ...zeros, ...after].map((group) => group.replace(/^0+(?=.)/, ''))
}

/** A dotted IPv4 address at the end, written as two groups. */
function hexOf(address: string): string {
  return address.replace(/([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+)$/, (_, ...bytes) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number)
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  })
}

function mappedAddress(groups: readonly string[]): string | undefined {
  if (groups.slice(0, 6).join(':') !== '0:0:0:0:0:ffff') return undefined
  return groups
    .slice(6, 8)
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])
    .join('.')
}
