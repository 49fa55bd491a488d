import type { ClientTrust } from '../protocol/client.ts'

const names: Record<ClientTrust, string> = {
  unverified: 'Unverified',
  verified: 'Verified',
  'first-party': 'First-party',
}

/** For the lists and pages of developers; the consent page says it in the language of the person. */
export function TrustTag({ trust }: { readonly trust: ClientTrust }) {
  return <span class={trust === 'unverified' ? 'tag' : 'tag strong'}>{names[trust]}</span>
}
