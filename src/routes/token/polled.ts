import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { withDetails } from '../../rules/requests/authorization-details.ts'
import { checkPoll } from '../../rules/requests/device.ts'
import { resolveTarget } from '../../rules/requests/resource.ts'
import { stillAllowed } from '../../rules/tokens/still-allowed.ts'
import { hashSecret, presentedCode, readSecret } from '../../secrets/secret.ts'
import { write } from '../../store/database.ts'
import { findDeviceRequest, notePoll } from '../../store/requests/device-requests.ts'
import { findCodeFacts } from '../../store/tokens/facts.ts'
import { type Grant, grant as grantOf } from './grant.ts'
import { nothingLeft, redeemCode } from './redeem-code.ts'

interface Polled {
  readonly kind: 'device-code' | 'auth-request'
  /** The parameter with the secret. */
  readonly parameter: string
  /** The name of the secret in errors, as the beginning of a sentence. */
  readonly name: string
}

/**
 * A grant by polling, while a person answers elsewhere: of a device (RFC 8628 §3.4), or by CIBA (Core §10.1). Nothing is counted
 * or used up before the client has authenticated.
 */
export function polled({ kind, parameter, name }: Polled): Grant {
  const invalid = (reason: string) => refuse('invalid_grant', `${name} is not valid`, reason)
  // A client polls, so a second request is no sign of theft: it ends nothing, and gets nothing.
  const usedBefore = (): Refusal => refuse('invalid_grant', `${name} was already used`)
  return grantOf({
    parse({ parameters, resources, details }) {
      const presented = parameters.get(parameter)
      if (presented === undefined) return refuse('invalid_request', `${parameter} is missing`)
      const secret = readSecret(kind, presented)
      return secret === undefined
        ? invalid(`Malformed ${parameter}`)
        : { hash: hashSecret(secret), resources, details }
    },
    reads: ({ db }, { hash }) => ({
      request: findDeviceRequest(db, hash),
      facts: findCodeFacts(db, presentedCode(hash)),
    }),
    async redeem(server, client, { hash, resources, details }, { request, facts }) {
      const { db, now } = server
      const poll = checkPoll(request, client.id, now, name)
      if (poll.verdict === 'refuse') {
        if (poll.counted !== undefined) await write(db, [notePoll(db, hash, poll.counted, now)], {})
        return poll.refusal
      }
      if (facts === undefined) return usedBefore()
      const { grant, living, person } = facts
      const left = stillAllowed(grant, client, living)
      if (left.scope.length === 0) return nothingLeft
      const target = resolveTarget(left.scope, left.resources, resources, living.resources, server)
      const detailed = isRefusal(target) ? target : withDetails(target, left.details, details)
      return isRefusal(detailed)
        ? detailed
        : redeemCode(
            server,
            presentedCode(hash),
            { client, grant: left, target: detailed, person },
            async () => usedBefore(),
          )
    },
  })
}
