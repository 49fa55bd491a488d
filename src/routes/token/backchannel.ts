import { polled } from './polled.ts'

/** OpenID Connect CIBA Core §10.1: poll mode. */
export const backchannel = polled({ kind: 'auth-request', parameter: 'auth_req_id', name: 'The auth_req_id' })
