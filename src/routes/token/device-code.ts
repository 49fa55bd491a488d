import { polled } from './polled.ts'

/** RFC 8628 §3.4. */
export const deviceCode = polled({ kind: 'device-code', parameter: 'device_code', name: 'The device code' })
