import type { Client } from '../../rules/clients/client.ts'
import {
  longestSectorDocument,
  parseSectorDocument,
  sectorProblem,
} from '../../rules/openid/sector-document.ts'
import type { NamedProblem } from '../../values/problem.ts'
import { callOut } from '../outgoing.ts'

/**
 * Why a client can't use this `sector_identifier_uri`: the document there, fetched now, must list every redirect URI of the
 * client (OIDC Core §8.1, Registration §5). So the people who run the sector's host know the client, and nobody has to confirm
 * it.
 */
export async function findSectorProblem(
  client: Client,
  url: string,
  issuer: string,
): Promise<NamedProblem | undefined> {
  // Nothing is fetched for a client that no document could prove.
  const hopeless = sectorProblem(client, url, client.redirectUris)
  if (hopeless !== undefined) return hopeless
  const called = await callOut({
    url,
    issuer,
    headers: { Accept: 'application/json' },
    longest: longestSectorDocument,
    about: { call: 'sector_identifier_uri', client: client.id },
  })
  if (!called.ok) return { code: 'sectorUnreachable', url }
  const listed = parseSectorDocument(parseJson(called.body))
  return listed === undefined ? { code: 'sectorForm', url } : sectorProblem(client, url, listed)
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}
