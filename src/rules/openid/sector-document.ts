import * as z from 'zod/mini'
import { once } from '../../values/once.ts'
import type { NamedProblem } from '../../values/problem.ts'
import type { Client } from '../clients/client.ts'
import { provesNoIdentity } from '../requests/redirect-uri.ts'

/** In bytes. */
export const longestSectorDocument = 65_536

const list = once(() => z.array(z.string()))

/** The redirect URIs that a sector's document lists (OIDC Registration §5). Undefined when it is not a JSON array of strings. */
export function parseSectorDocument(document: unknown): readonly string[] | undefined {
  const parsed = list().safeParse(document)
  return parsed.success ? parsed.data : undefined
}

/**
 * Why a client can't be in the sector of a document that lists these redirect URIs (OIDC Core §8.1). All of its own must be
 * listed and be addresses on the web: any program may use a loopback address or a private scheme, so listing one proves
 * nothing.
 */
export function sectorProblem(
  { redirectUris }: Pick<Client, 'redirectUris'>,
  url: string,
  listed: readonly string[],
): NamedProblem | undefined {
  if (redirectUris.length === 0 || redirectUris.some(provesNoIdentity)) return { code: 'sectorProof' }
  const missing = redirectUris.find((uri) => !listed.includes(uri))
  return missing === undefined ? undefined : { code: 'sectorMissing', uri: missing, url }
}

type Known = Pick<Client, 'redirectUris' | 'openid'>

/** Whether everything that a sector's document must list was already found in it. */
export function isSectorChecked(before: Known, after: Known): boolean {
  return (
    before.openid.sectorIdentifierUri === after.openid.sectorIdentifierUri &&
    after.redirectUris.length > 0 &&
    after.redirectUris.every((uri) => before.redirectUris.includes(uri))
  )
}
