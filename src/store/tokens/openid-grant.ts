import type { OpenidGrant } from '../../rules/tokens/authorization.ts'
import { array, mayBeMissing, nullable, object, string } from '../../values/shape.ts'

const stored = object({
  sid: string,
  acr: string,
  amr: array(string),
  nonce: mayBeMissing(string),
  sector: mayBeMissing(nullable(string)),
  userinfo: array(string),
  id_token: array(string),
})

/** The form stored in D1 and in KV. */
export function formatOpenidGrant({
  context,
  nonce,
  sector,
  userinfoClaims,
  idTokenClaims,
}: OpenidGrant): string {
  return JSON.stringify({ ...context, nonce, sector, userinfo: userinfoClaims, id_token: idTokenClaims })
}

export function parseOpenidGrant(text: string): OpenidGrant {
  const { sid, acr, amr, nonce, sector, userinfo, id_token } = stored(JSON.parse(text))
  return { context: { sid, acr, amr }, nonce, sector, userinfoClaims: userinfo, idTokenClaims: id_token }
}
