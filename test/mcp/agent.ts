import assert from 'node:assert/strict'
import type { OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js'
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'
import type { Visitor } from '../scripts/visitor.ts'

/** Nobody listens there: the person's browser is a `Visitor`, who reads the redirect address. */
export const redirectUri = 'http://127.0.0.1:33418/callback'

/** The ways in which an MCP client gets a client id. */
export type Way =
  | { readonly way: 'registration' }
  | { readonly way: 'metadata document'; readonly url: string }
  | { readonly way: 'by hand'; readonly id: string; readonly secret: string }

/** The state of a host for MCP's TypeScript client, of either version: an `OAuthClientProvider` in memory. */
export class Agent {
  readonly redirectUrl = redirectUri
  readonly clientMetadataUrl?: string
  readonly clientMetadata = {
    client_name: 'Agent',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  }
  /** Where the authorization endpoint redirected the person. */
  callback = new URLSearchParams()
  /** The requests that the person was asked about, in order. */
  readonly asked: URLSearchParams[] = []
  readonly #person: Visitor
  #client: OAuthClientInformationMixed | undefined
  #tokens: OAuthTokens | undefined
  #verifier = ''

  constructor(person: Visitor, way: Way) {
    this.#person = person
    if (way.way === 'metadata document') this.clientMetadataUrl = way.url
    if (way.way === 'by hand') this.#client = { client_id: way.id, client_secret: way.secret }
  }

  clientInformation = () => this.#client
  saveClientInformation(client: OAuthClientInformationMixed): void {
    this.#client = client
  }

  tokens = () => this.#tokens
  saveTokens(tokens: OAuthTokens): void {
    this.#tokens = tokens
  }

  codeVerifier = () => this.#verifier
  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier
  }

  state = () => 'state-of-the-host'

  #discovered: OAuthDiscoveryState | undefined
  discoveryState = () => this.#discovered
  saveDiscoveryState(discovered: OAuthDiscoveryState): void {
    this.#discovered = discovered
  }

  /** The person gives consent. */
  async redirectToAuthorization(url: URL): Promise<void> {
    this.asked.push(url.searchParams)
    const page = await this.#person.request(url.href)
    assert.equal(page.status, 200, `No consent page: ${page.headers.get('location')}`)
    const answer = await this.#person.submit(page, { decision: 'authorize' })
    const location = answer.headers.get('location') ?? ''
    assert.ok(location.startsWith(`${redirectUri}?`), location)
    this.callback = new URL(location).searchParams
  }
}
