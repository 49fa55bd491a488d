import type templates from '../../../../public/snippets/confidential.json'
import type { Client } from '../../../rules/clients/client.ts'
import { findNeedName, isMet, type NeedName } from '../../../rules/clients/needs.ts'
import type { Site } from '../../../ui/site.ts'

/** Code for one library, with the values of this application filled in. */
export interface Snippet {
  readonly name: string
  /** A step before pasting, or a hint. */
  readonly install: string | undefined
  readonly note: string | undefined
  /** To save the text as. */
  readonly file: string | undefined
  readonly text: string
  /** The documentation page about this library. */
  readonly recipe: string | undefined
  /** A setting that the library needs, and whether the application has it. */
  readonly need: { readonly name: NeedName; readonly isMet: boolean } | undefined
}

const recipes = 'https://github.com/latchkey/latchkey/blob/main/docs/recipes/'

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
  const own = besideServer(redirectUri, issuer)
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
    own: quote(own),
    // With https, a proxy in front of it has the certificate.
    listen: quote(/^http:\/\/([^/]+)/.exec(own)?.[1] ?? '127.0.0.1:4180'),
    isHttps: String(own.startsWith('https:')),
    scope: quote(scope),
    scopes: scope.split(' ').map(quote).join(', '),
    token: quote(issuer + paths.token),
    authorize: quote(issuer + paths.authorize),
    userinfo: quote(issuer + paths.userinfo),
    metadata: quote(issuer + paths.openidConfiguration),
    insecure: issuer.startsWith('http:') ? insecure : '',
  }
  return snippets.map(({ name, install, note = '', file, text, recipe, needs }) => ({
    name,
    install,
    file,
    note: notes[note],
    recipe: recipe === undefined ? undefined : `${recipes}${recipe}.md`,
    need: needOf(findNeedName(needs), client),
    text: text.replaceAll(/\{(\w+)\}/g, (place, value: string) => known[value] ?? place),
  }))
}

/** For a program that listens at the redirect URI: the playground's is at the port of the server, and on loopback any port is accepted. */
function besideServer(redirectUri: string, issuer: string): string {
  return issuer.startsWith('http:') && redirectUri.startsWith(`${issuer}/`)
    ? redirectUri.replace(issuer, `${issuer.replace(/:\d+$/, '')}:3000`)
    : redirectUri
}

function needOf(name: NeedName | undefined, client: Client): Snippet['need'] {
  return name === undefined ? undefined : { name, isMet: isMet(name, client) }
}
