import type { ClientTrust } from '../rules/clients/client.ts'
import type { Site } from './site.ts'

/** For the lists and pages of developers; the consent page says more. */
export function TrustTag({
  site,
  trust,
}: {
  readonly site: Site<'applications'>
  readonly trust: ClientTrust
}) {
  const { words } = site.texts.applications
  return <span class={trust === 'unverified' ? 'tag' : 'tag strong'}>{words[trust]}</span>
}
