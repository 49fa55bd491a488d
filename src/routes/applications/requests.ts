import { type Client, deviceCodeGrant } from '../../rules/clients/client.ts'
import type { Site } from '../../ui/site.ts'

/** RFC 6749 §4.1.1 with PKCE. */
export function authorizationUrl(
  { issuer, paths }: Site,
  clientId: string,
  redirectUri: string,
  scope: string,
  challenge: string,
): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })
  return `${issuer}${paths.authorize}?${query}`
}

/** RFC 6749 §4.1.3, for a terminal. */
export function codeRequest(site: Site, client: Client, redirectUri: string, verifier: string): string {
  return command(site, [
    client.type === 'public' ? `-d client_id=${client.id}` : userOption(client.id),
    '-d grant_type=authorization_code',
    '-d code=YOUR_CODE',
    `--data-urlencode ${quote(`redirect_uri=${redirectUri}`)}`,
    `-d code_verifier=${verifier}`,
  ])
}

/** RFC 8628 §3.4, for a terminal. */
export function deviceCodeRequest(site: Site, client: Client, deviceCode: string): string {
  return command(site, [
    client.type === 'public' ? `-d client_id=${client.id}` : userOption(client.id),
    `-d grant_type=${deviceCodeGrant}`,
    `-d device_code=${deviceCode}`,
  ])
}

/** RFC 6749 §4.4.2, for a terminal. */
export function clientCredentialsRequest(site: Site, clientId: string, scope: string): string {
  return command(site, [
    userOption(clientId),
    '-d grant_type=client_credentials',
    `--data-urlencode ${quote(`scope=${scope}`)}`,
  ])
}

function command({ issuer, paths }: Site, options: readonly string[]): string {
  return [`curl ${quote(issuer + paths.token)}`, ...options].join(' \\\n  ')
}

function userOption(clientId: string): string {
  return `-u ${quote(`${clientId}:YOUR_SECRET`)}`
}

/** For a POSIX shell: everything inside is read as plain text. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
