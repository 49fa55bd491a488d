import type { Context, Known } from '../../http/context.ts'
import { answerDocument, type Document, makeDocument } from '../../http/server/documents.ts'
import { publishedTypes } from '../../http/server/published-details.ts'
import { readStaticFile } from '../../http/static-file.ts'
import { signingKeys } from '../../http/tokens/signing.ts'
import { profiles } from '../../rules/profile.ts'
import type { Endpoints } from '../../rules/server/endpoints.ts'
import { llmsText } from '../../rules/server/llms.ts'
import { type Offers, serverMetadata } from '../../rules/server/metadata.ts'
import { openapiDocument } from '../../rules/server/openapi.ts'
import { userinfoMetadata } from '../../rules/server/resource-metadata.ts'

/** GET /.well-known/oauth-authorization-server, RFC 8414 §3, and /.well-known/openid-configuration, OIDC Discovery §4. */
export function getServerMetadata(grantTypes: readonly string[]): Handler {
  const made = new Map<string, { readonly document: Document; readonly types: readonly string[] }>()
  return async (c) => {
    const { issuer, paths } = c.var
    const types = await publishedTypes(c)
    const known = made.get(issuer)
    // While the types are fresh, it is the same list.
    if (known?.types === types) return answerDocument(c, known.document)
    const document = documentOf(serverMetadata(issuer, paths, offers(c.var, grantTypes, types)))
    if (made.size < mostIssuers || made.has(issuer)) made.set(issuer, { document, types })
    return answerDocument(c, document)
  }
}

/** GET /.well-known/jwks.json, RFC 7517 §5. */
export async function getJwks(c: Context): Promise<Response> {
  return answerDocument(c, (await signingKeys(c)).document)
}

/** GET /.well-known/oauth-protected-resource/o/userinfo, RFC 9728 §3. */
export function getUserinfoMetadata(): Handler {
  return once(({ var: { issuer, paths } }) => userinfoMetadata(issuer, paths))
}

/**
 * GET /.well-known/passkey-endpoints: where password managers send people (W3C “A Well-Known URL for Relying Party Passkey
 * Endpoints”).
 */
export const getPasskeyEndpoints: Handler = once(({ var: { issuer, paths } }) => ({
  enroll: issuer + paths.newPasskey,
  manage: issuer + paths.passkeys,
}))

/** GET /openapi.json */
export function getOpenapi(grantTypes: readonly string[]): Handler {
  return once(async (c) => openapiDocument(c.var.issuer, c.var.paths, grantTypes, await readEndpoints(c)))
}

/** GET /llms.txt */
export function getLlms(): Handler {
  return once(async (c) => llmsText(c.var.issuer, c.var.paths, await readEndpoints(c)))
}

/** Few programs ask for the descriptions, so the bundle does not contain them. */
async function readEndpoints(c: Context): Promise<Endpoints> {
  // Deployed together with this code, and the type check of test/flows/documents.test.ts reads the same file.
  return (await readStaticFile(c, '/endpoints.json')) as Endpoints
}

function offers({ config }: Known, grantTypes: readonly string[], detailTypes: readonly string[]): Offers {
  const { languages, registration } = config
  return {
    grantTypes,
    detailTypes,
    languages,
    registration: registration.mode !== 'off',
    documents: registration.documents !== undefined,
    pushedOnly: config.pushedOnly,
    mtlsHost: config.mtlsHost,
    rules: profiles[config.leastProfile],
  }
}

type Handler = (c: Context) => Response | Promise<Response>

/** In development the issuer is the loopback origin of the request. */
const mostIssuers = 10

/** A document that depends only on the issuer: built once. */
function once(make: (c: Context) => object | string | Promise<object | string>): Handler {
  const made = new Map<string, Document>()
  return async (c) => {
    const { issuer } = c.var
    const document = made.get(issuer) ?? documentOf(await make(c))
    if (made.size < mostIssuers) made.set(issuer, document)
    return answerDocument(c, document)
  }
}

function documentOf(made: object | string): Document {
  return typeof made === 'string'
    ? makeDocument(made, 'text/plain; charset=utf-8')
    : makeDocument(JSON.stringify(made))
}
