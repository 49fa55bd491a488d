import { mac } from '../../../secrets/derived-keys.ts'

/** Proves that the account with this id was deleted here, so that the page never affects passkeys of another account. */
export function signDeleted(secret: string, userId: string): string {
  return mac(secret, 'deleted-accounts', userId)
}
