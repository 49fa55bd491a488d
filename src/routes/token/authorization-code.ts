import { endMisused } from '../../acts/tokens/end-misused.ts'
import type { Client } from '../../rules/clients/client.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { withDetails } from '../../rules/requests/authorization-details.ts'
import type { AuthorizationDetail } from '../../rules/requests/detail-type.ts'
import { resolveTarget, type Target } from '../../rules/requests/resource.ts'
import type { CodeGrant } from '../../rules/tokens/authorization.ts'
import { checkCode } from '../../rules/tokens/check-code.ts'
import { stillAllowed } from '../../rules/tokens/still-allowed.ts'
import { hashSecret, presentedCode, readSecret } from '../../secrets/secret.ts'
import type { Living } from '../../store/requests/resources.ts'
import { atMost } from '../../store/tokens/at-most.ts'
import { findCodeCopy } from '../../store/tokens/code-copies.ts'
import { findCodeFacts } from '../../store/tokens/facts.ts'
import type { PresentedCode } from '../../values/secret.ts'
import { grant, type TokenServer } from './grant.ts'
import { nothingLeft, redeemCode, refuseUsed } from './redeem-code.ts'

/** A code with the values that must match it. RFC 6749 §4.1.3, RFC 7636 §4.5, RFC 8707 §2.2. */
interface CodeRequest {
  readonly presented: PresentedCode
  readonly redirectUri: string | undefined
  readonly codeVerifier: string | undefined
  readonly resources: readonly string[]
  readonly details: readonly AuthorizationDetail[]
}

/** RFC 6749 §4.1.3. */
export const authorizationCode = grant({
  parse({ parameters, resources, details }) {
    const presented = parameters.get('code')
    if (presented === undefined) return refuse('invalid_request', 'code is missing')
    const code = readSecret('code', presented)
    if (code === undefined) return invalid('Malformed authorization code')
    const codeVerifier = parameters.get('code_verifier')
    return {
      presented: presentedCode(hashSecret(code), codeVerifier),
      redirectUri: parameters.get('redirect_uri'),
      codeVerifier,
      resources,
      details,
    }
  },
  reads: ({ db }, { presented }) => ({ facts: findCodeFacts(db, presented) }),
  /** KV answers while D1 reads the client. A miss is not an error: D1 knows the code too. */
  meanwhile: ({ codes }, { presented: { hash } }) => findCodeCopy(codes, hash),
  async redeem(server, client, ask, { facts, copy }) {
    if (facts === undefined) return invalid('Unknown authorization code')
    const { living, person, spentBy } = facts
    // The row of an unused code is the same: a copy that has not arrived by now is not waited for.
    const found = spentBy
      ? await (copy && atMost(copy))
      : ((await Promise.race([copy, undefined])) ?? facts.grant)
    if (found === undefined) {
      if (facts.grant.clientId !== client.id) return invalid('The code was issued to another client')
      return refuseUsed(server, spentBy, () => endReplayed(server, facts.grant))
    }
    const left = stillAllowed(found, client, living)
    const target = checkTokenRequest(server, client, left, ask, living)
    return isRefusal(target)
      ? target
      : redeemCode(server, ask.presented, { client, grant: left, target, person }, () =>
          endReplayed(server, found),
        )
  },
})

/** Every check of the request, before anything is used up. */
function checkTokenRequest(
  server: TokenServer,
  client: Client,
  found: CodeGrant,
  { redirectUri, codeVerifier, resources, details }: CodeRequest,
  living: Living,
): Target | Refusal {
  const refusal = checkCode(found, { clientId: client.id, redirectUri, codeVerifier })
  if (refusal !== undefined) return refusal
  if (found.scope.length === 0) return nothingLeft
  const target = resolveTarget(found.scope, found.resources, resources, living.resources, server)
  return isRefusal(target) ? target : withDetails(target, found.details, details)
}

/** RFC 6749 §4.1.2: the client presents a used code, so another party may have used it. Everything issued for it is revoked. */
async function endReplayed(server: TokenServer, found: CodeGrant): Promise<Refusal> {
  await endMisused(server, found, 'code_replayed')
  return refuse('invalid_grant', 'The code was already used, so the tokens issued for it have been revoked')
}

function invalid(reason: string): Refusal {
  return refuse('invalid_grant', 'The code is not valid', reason)
}
