import type { KeyRing } from '../../values/key-ring.ts'
import { seal, unseal } from '../derived-keys.ts'

/** An answer of a provider under test, encrypted: it opens only for the session and the connection that it was made for. */
export function sealTestAnswer(
  secret: string,
  sid: string,
  connectionId: string,
  text: string,
): Promise<string> {
  return seal(secret, 'providers', contextOf(sid, connectionId), text)
}

/** Undefined when it is of another session or connection. */
export async function openTestAnswer(
  ring: KeyRing,
  sid: string,
  connectionId: string,
  sealed: string,
): Promise<string | undefined> {
  return unseal(ring, 'providers', contextOf(sid, connectionId), sealed).catch(() => undefined)
}

/** No connection has such an id. */
function contextOf(sid: string, connectionId: string): string {
  return `test ${connectionId} ${sid}`
}
