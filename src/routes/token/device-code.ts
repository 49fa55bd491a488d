import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { checkPoll } from '../../rules/requests/device.ts'
import { resolveTarget } from '../../rules/requests/resource.ts'
import { stillAllowed } from '../../rules/tokens/still-allowed.ts'
import { hashSecret, readSecret } from '../../secrets/secret.ts'
import { write } from '../../store/database.ts'
import { findDeviceRequest, notePoll } from '../../store/requests/device-requests.ts'
import { findCodeFacts } from '../../store/tokens/facts.ts'
import { grant as grantOf } from './grant.ts'
import { nothingLeft, redeemCode } from './redeem-code.ts'

/** A poll of a device, RFC 8628 §3.4. Nothing is counted or used up before the client has authenticated. */
export const deviceCode = grantOf({
  parse({ parameters, resources }) {
    const presented = parameters.get('device_code')
    if (presented === undefined) return refuse('invalid_request', 'device_code is missing')
    const code = readSecret('device-code', presented)
    if (code === undefined)
      return refuse('invalid_grant', 'The device code is not valid', 'Malformed device code')
    return { hash: hashSecret(code), resources }
  },
  reads: ({ db }, { hash }) => ({
    request: findDeviceRequest(db, hash),
    facts: findCodeFacts(db, hash),
  }),
  async redeem(server, client, { hash, resources }, { request, facts }) {
    const { db, now } = server
    const poll = checkPoll(request, client.id, now)
    if (poll.verdict === 'refuse') {
      if (poll.counted !== undefined) await write(db, [notePoll(db, hash, poll.counted, now)], {})
      return poll.refusal
    }
    if (facts === undefined) return usedBefore()
    const { grant, living, person } = facts
    const left = stillAllowed(grant, client, living)
    if (left.scope.length === 0) return nothingLeft
    const target = resolveTarget(left.scope, left.resources, resources, living.resources, server)
    return isRefusal(target)
      ? target
      : redeemCode(server, hash, { client, grant: left, target, person }, async () => usedBefore())
  },
})

/** A device polls, so a second request is no sign of theft: it ends nothing, and gets nothing. */
function usedBefore(): Refusal {
  return refuse('invalid_grant', 'The device code was already used')
}
