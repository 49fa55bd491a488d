import { type Client, isRegisteredFor } from '../../rules/clients/client.ts'
import type { Site } from '../../ui/site.ts'

/** Loaded by a page with the link and a secret to pass on. */
export const tryScript = '/try.js'

export interface TryLinkProps {
  readonly site: Site<'applications'>
  readonly client: Client
  /** Where the page may show it: passed on through the storage of this tab. */
  readonly secret?: string
}

/** To the built-in playground with everything filled in, for an application that has its redirect URI. */
export function TryLink({ site, client, secret }: TryLinkProps) {
  if (!mayTry(site, client)) return null
  const { paths, texts } = site
  const href = `${paths.playground}?${new URLSearchParams({ client_id: client.id })}`
  return (
    <a class="button" href={href} data-try={client.id} data-secret={secret} hidden={secret !== undefined}>
      {texts.applications.next.playground}
    </a>
  )
}

export function mayTry({ issuer, paths }: Site<'applications'>, client: Client): boolean {
  const isAnswered = client.redirectUris.includes(issuer + paths.playgroundCallback)
  return isAnswered && isRegisteredFor(client, 'authorization-code')
}
