import type templates from '../../../../../public/snippets/api.json'
import type { Paths } from '../../../../paths.ts'
import type { RegisteredApi } from '../../../../store/requests/apis.ts'

/** Code for one library that checks the tokens of an API, with its values filled in. */
export interface ApiSnippet {
  readonly name: string
  readonly install: string
  readonly text: string
}

export const apiSnippets = '/snippets/api.json'

/** A string literal in JavaScript, Python, Go and YAML alike: the input is ASCII, or JSON makes it so. */
const quote = (text: string) => JSON.stringify(text)

/** `scopes`: those of the API. */
export function fillApiSnippets(
  { snippets }: typeof templates,
  { issuer, paths }: { readonly issuer: string; readonly paths: Paths },
  api: Pick<RegisteredApi, 'identifier' | 'accessTokenAlg' | 'accessTokenTyp'>,
  scopes: readonly string[],
): readonly ApiSnippet[] {
  const quoted = scopes.slice(0, 1).map(quote)
  const known: Readonly<Record<string, string>> = {
    issuer: quote(issuer),
    jwks: quote(issuer + paths.jwks),
    audience: quote(api.identifier),
    algorithm: quote(api.accessTokenAlg),
    typ: quote(api.accessTokenTyp),
    scopes: quoted.join(', '),
    // A tuple of one has a comma.
    scopeTuple: quoted.map((scope) => `${scope},`).join(' '),
  }
  return snippets.map(({ name, install, text }) => ({
    name,
    install,
    text: text.replaceAll(/\{(\w+)\}/g, (place, value: string) => known[value] ?? place),
  }))
}
