import { type Client, defaultClientOpenid, defaultClientPolicy } from '../../rules/clients/client.ts'
import {
  type AuthMethod,
  formatMetadata,
  type Metadata,
  type MetadataProblem,
  parseMetadata,
} from '../../rules/clients/metadata.ts'
import { clientSizeProblem } from '../../rules/clients/size.ts'
import { type Refusal, refuse } from '../../rules/refusal.ts'
import { read } from '../../store/database.ts'
import { listAllScopes } from '../../store/requests/scopes.ts'
import { isObject, parseJson } from '../../values/json.ts'
import type { Secret } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import type { Context } from '../context.ts'
import { allowEveryOrigin } from '../cors.ts'
import { lateBody, readBytes } from '../form-body.ts'
import { readTexts } from '../language.ts'
import { answerMachine } from '../machine-answers.ts'
import { say } from '../problems.ts'
import { publishKeysFor } from '../tokens/signing.ts'
import { findSavedSectorProblem } from './sector.ts'

const longestBody = 65_536
export const mostScopes = 1000

/** A client before it sends its metadata. */
export function unregistered(id: string, now: Seconds): Client {
  return {
    id,
    ownerId: '',
    name: '',
    type: 'confidential',
    grantType: 'authorization-code',
    furtherGrantTypes: [],
    redirectUris: [],
    postLogoutRedirectUris: [],
    allowedOrigins: [],
    // None yet: its metadata name the scopes it may request.
    policy: { ...defaultClientPolicy, scope: [], introspectsAll: false },
    openid: defaultClientOpenid,
    createdAt: now,
    updatedAt: now,
    suspendedAt: undefined,
    approval: undefined,
    registeredBy: 'itself',
    trust: 'unverified',
    lastUsedAt: undefined,
  }
}

/** Whether a client with this method gets a secret. */
export function isGivenSecret(authMethod: AuthMethod): boolean {
  return authMethod === 'client_secret_basic' || authMethod === 'client_secret_post'
}

export interface ReadMetadata {
  readonly metadata: Metadata
  readonly client: Client
  /** The members as they were sent. */
  readonly sent: Readonly<Record<string, unknown>>
}

/**
 * The metadata that a client sends (RFC 7591 §2), over its previous ones. Errors are named by member. If not `isNew`, naming a
 * scope does not grant it, since an administrator may have removed it.
 */
export async function readMetadata(
  c: Context,
  before: Client,
  isNew: boolean,
): Promise<ReadMetadata | Refusal> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  const bytes = await readBytes(c.req.raw, longestBody)
  if (type !== 'application/json') return malformed('Send application/json')
  if (bytes === 'late') return malformed(lateBody)
  if (bytes === 'large') return malformed(`Send at most ${longestBody} bytes`)
  const sent = parseJson(new TextDecoder().decode(bytes))
  if (!isObject(sent)) return malformed('The body is not a JSON object')
  const { scopes } = await read(c.env.DB, { scopes: listAllScopes(c.env.DB, mostScopes) })
  const allowed = scopes.filter(({ restricted }) => !restricted).map(({ name }) => name)
  const mayHave = isNew ? allowed : allowed.filter((name) => before.policy.scope.includes(name))
  const metadata = parseMetadata(sent, before, mayHave, {
    issuer: c.var.issuer,
    mtlsHost: c.var.config.mtlsHost,
    least: c.var.config.leastProfile,
  })
  if ('problems' in metadata) return refuseMetadata(c, metadata.problems)
  const client = { ...before, ...metadata.client }
  const tooLarge = clientSizeProblem(client)
  if (tooLarge !== undefined) return refuseMetadata(c, [{ field: 'redirect_uris', problem: tooLarge }])
  const problem = await findSavedSectorProblem(c, before, client)
  if (problem !== undefined) return refuseMetadata(c, [{ field: 'sector_identifier_uri', problem }])
  return { metadata, client, sent }
}

function malformed(description: string): Refusal {
  return refuse('invalid_client_metadata', description)
}

/** RFC 7591 §3.2.2. In English, with the texts of the form. */
async function refuseMetadata(c: Context, problems: readonly MetadataProblem[]): Promise<Refusal> {
  const speaking = await readTexts(c, ['problems'])
  const [first] = problems
  const said = problems.map(
    (one) => `${one.field}: ${'problem' in one ? say(speaking, one.problem) : one.description}`,
  )
  const code = first?.field === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata'
  // RFC 6749 §5.2: no quotes, no backslashes, ASCII only.
  const description = said
    .join(' ')
    .replaceAll('…', '...')
    .replaceAll(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "'")
    .slice(0, 500)
  return refuse(code, description)
}

export interface Told extends Pick<Metadata, 'authMethod' | 'told'> {
  readonly secret: Secret<'client'> | undefined
  readonly accessToken: Secret<'registration'>
}

/** RFC 7591 §3.2.1, RFC 7592 §3: everything that is stored, and the data for managing the registration. */
export async function answerRegistration(
  c: Context,
  client: Client,
  told: Told,
  status: 200 | 201,
): Promise<Response> {
  await publishKeysFor(c, client)
  const { issuer, paths } = c.var
  const { secret, accessToken, authMethod } = told
  const body = {
    ...formatMetadata(client, authMethod, told.told),
    ...(secret === undefined ? {} : { client_secret: secret.plain, client_secret_expires_at: 0 }),
    registration_access_token: accessToken.plain,
    registration_client_uri: issuer + paths.registration(client.id),
  }
  return allowEveryOrigin(answerMachine(body, status))
}
