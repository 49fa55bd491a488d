import { mac } from '../../../secrets/derived-keys.ts'

/** Shows that the account of this id was deleted here, so that the page tells a browser's passkeys of no other account. */
export function signDeleted(secret: string, userId: string): string {
  return mac(secret, 'deleted-accounts', userId)
}
