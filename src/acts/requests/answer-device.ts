import type { Client } from '../../rules/clients/client.ts'
import { acrOf, authTimeOf } from '../../rules/openid/id-token.ts'
import { sectorFor } from '../../rules/openid/subject.ts'
import type { Scope } from '../../rules/requests/scope.ts'
import type { CodeGrant } from '../../rules/tokens/authorization.ts'
import { noteEvent } from '../../store/audit-events.ts'
import { putPublishedClient } from '../../store/clients/published.ts'
import { write } from '../../store/database.ts'
import { consentDetail, putConsent } from '../../store/requests/consents.ts'
import {
  decideDevice,
  findDeviceDecision,
  hasDecidedDevice,
  type WaitingDevice,
} from '../../store/requests/device-requests.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import { hasAuthorization, insertAuthorization } from '../../store/tokens/authorizations.ts'
import type { Seconds } from '../../values/time.ts'

/** The host of consents to devices: nothing is redirected. */
const deviceHost = 'device'

/** One person's answer to one device. */
export interface DeviceAnswer {
  readonly device: WaitingDevice
  readonly client: Client
  readonly session: Session
  /** Scopes that were shown to the person. */
  readonly scope: Scope
  /** From the form: sent twice, it is one answer. */
  readonly attemptId: string
  readonly authorizationId: string
  readonly reference: string
}

/**
 * Approves the device (RFC 8628 §3.3). The first answer counts, and all of its effects are in the same batch. False when
 * another person answered before, or the person, the session or the application was deleted.
 */
export async function approveDevice(db: D1Database, answer: DeviceAnswer, now: Seconds): Promise<boolean> {
  const { device, client, session, scope, attemptId, authorizationId, reference } = answer
  const { hash } = device
  const decided = hasDecidedDevice(hash, attemptId)
  const userId = session.user.id
  const grant: CodeGrant = {
    authorizationId,
    clientId: client.id,
    userId,
    scope,
    resources: device.request.resources,
    details: device.request.details,
    authTime: authTimeOf(session, now),
    openid: {
      context: { sid: session.sid, amr: session.amr, acr: acrOf(session.amr, []), idp: session.idp },
      nonce: undefined,
      sector: sectorFor(client),
      userinfoClaims: [],
      idTokenClaims: [],
      claimsInIdToken: client.openid.claimsInIdToken,
    },
    codeChallenge: undefined,
    redirectUri: '',
    redirectUriSent: false,
    dpopJkt: undefined,
    codeExpiresAt: device.request.expiresAt,
  }
  const consent = { scope, redirectHost: deviceHost, clientName: client.name, trust: client.trust }
  const event = {
    id: attemptId,
    type: 'consent_given',
    reference,
    userId,
    clientId: client.id,
    detail: consentDetail(consent),
  } as const
  const { written } = await write(
    db,
    [
      decideDevice(db, hash, attemptId, authorizationId, now),
      ...(client.registeredBy === 'document' ? putPublishedClient(db, client, now) : []),
      ...putConsent(db, { userId, clientId: client.id, consent, scope }, now, decided),
      // Few come this way: the schedule finds out how long they last.
      insertAuthorization(db, grant, hash, now, now, decided),
      ...noteEvent(db, event, now, decided),
    ],
    { written: hasAuthorization(db, authorizationId) },
  )
  return written
}

/** Denies the device. False when somebody answered before. */
export async function denyDevice(
  db: D1Database,
  { device, attemptId }: Pick<DeviceAnswer, 'device' | 'attemptId'>,
  now: Seconds,
): Promise<boolean> {
  const { decidedBy } = await write(db, [decideDevice(db, device.hash, attemptId, undefined, now)], {
    decidedBy: findDeviceDecision(db, device.hash),
  })
  return decidedBy === attemptId
}
