import type templates from '../../../../public/snippets/public.json'
import type { Client } from '../../../rules/clients/client.ts'
import type { Site } from '../../../ui/site.ts'

/** Code for one library, with the values of this application filled in. */
export interface Snippet {
  readonly name: string
  /** A step before pasting, or a hint. */
  readonly install: string | undefined
  readonly note: string | undefined
  readonly text: string
}

/** One file of public/snippets, the same form as the others. */
export type Templates = typeof templates

/** The templates for such a client. The secret is not known here: the code has a placeholder for it. */
export function snippetsPath({ type, grantType }: Client): string {
  return `/snippets/${grantType === 'client-credentials' ? 'machine' : type}.json`
}

/** A string literal in JavaScript, Python, Go and YAML alike: the input is ASCII, or JSON makes it so. */
const quote = (text: string) => JSON.stringify(text)

export function fillSnippets(
  { insecure, snippets }: Templates,
  { issuer, paths, texts: { applications } }: Site<'applications'>,
  client: Client,
  scope: string,
): readonly Snippet[] {
  const [redirectUri = ''] = client.redirectUris
  const notes: Readonly<Record<string, string>> = applications.snippets
  const known: Readonly<Record<string, string>> = {
    clientId: client.id,
    redirectUri,
    scopeText: scope,
    authorizeUrl: issuer + paths.authorize,
    tokenUrl: issuer + paths.token,
    issuer: quote(issuer),
    client: quote(client.id),
    redirect: quote(redirectUri),
    scope: quote(scope),
    scopes: scope.split(' ').map(quote).join(', '),
    token: quote(issuer + paths.token),
    metadata: quote(issuer + paths.openidConfiguration),
    insecure: issuer.startsWith('http:') ? insecure : '',
  }
  return snippets.map(({ name, install, note = '', text }) => ({
    name,
    install,
    note: notes[note],
    text: text.replaceAll(/\{(\w+)\}/g, (place, value: string) => known[value] ?? place),
  }))
}
